"""What is watched: alarms and dashboards as data, and how CloudWatch would judge them."""
