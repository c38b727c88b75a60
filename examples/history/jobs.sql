-- The example company's jobs, one row each. Jobs before October 2026 are history: they teach the features and cause no
-- draft. The later ones are new, and each of them that can be used gets a draft.
--
--   referral import examples/history/jobs.sql
--
-- job-0058 is broken on purpose: it is listed, and set aside in examples/history/jobs.rejects.csv.

SELECT
    job AS service_id,
    completed_at::TIMESTAMP AS completed_at,
    customer_id,
    email AS customer_email,
    given_name AS customer_name,
    'Europe/Berlin' AS customer_time_zone,
    consent::BOOLEAN AS marketing_consent,
    service AS service_type,
    price AS price_amount,
    'EUR' AS price_currency,
    technician,
    notes,
    rating AS satisfaction,
    home AS property_type,
    region AS property_region,
    completed_at < '2026-10-01' AS historical
FROM read_csv('jobs.csv', header = true, all_varchar = true)
ORDER BY completed_at, service_id;
