"""The orchestrator: one referral from prepared over drafted and reviewed to sent."""
