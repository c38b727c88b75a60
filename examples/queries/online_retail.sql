-- Completed jobs from the public Online Retail data set (UCI, a UK online shop), one row per invoice that was not
-- cancelled and adds up to more than nothing.
--
--   REFERRAL_DATA=<folder that holds online_retail/> referral import examples/queries/online_retail.sql --historical
--
-- Lines that repeat another one exactly are kept: two equal lines are two scans of the same article, and nothing in the
-- data says otherwise. The amount is exact; unit prices have up to three decimals. The data holds no addresses: one is
-- derived from the customer. The invoice's last line is when it was completed, in British local time.

WITH lines AS (
    SELECT
        InvoiceNo,
        InvoiceDate::TIMESTAMP AS billed_at,
        Quantity::INTEGER * UnitPrice::DECIMAL(12, 3) AS amount,
        split_part(CustomerID, '.', 1) AS customer_id,
        Country
    FROM read_csv(
        coalesce(getvariable('data'), '../shared/data') || '/online_retail/online_retail.csv.gz',
        header = true, quote = '"', escape = '"', all_varchar = true
    )
    WHERE NOT starts_with(InvoiceNo, 'C')
)

SELECT
    InvoiceNo AS service_id,
    max(billed_at) AS completed_at,
    any_value(customer_id) AS customer_id,
    'customer-' || any_value(customer_id) || '@example.com' AS customer_email,
    'Europe/London' AS customer_time_zone,
    'online retail' AS service_type,
    sum(amount) AS price_amount,
    'GBP' AS price_currency,
    max(Country) AS property_region
FROM lines
GROUP BY InvoiceNo
HAVING sum(amount) > 0
ORDER BY completed_at, service_id;
