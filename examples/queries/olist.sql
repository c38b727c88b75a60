-- Completed jobs from the public Olist data set (Brazilian marketplace orders), one row per delivered order.
--
--   REFERRAL_DATA=<folder that holds olist/> referral import examples/queries/olist.sql --historical
--
-- An order counts as completed when it was delivered. Its price is what the customer paid for goods and freight, exact
-- to the cent, or nothing where the order has no lines. The data holds no addresses: one is derived from the customer.
-- Of several reviews the latest counts. Delivery times are local times of the seller's country.

CREATE TEMP MACRO olist(file) AS TABLE
    SELECT * FROM read_csv(
        coalesce(getvariable('data'), '../shared/data') || '/olist/' || file || '.csv',
        header = true, quote = '"', escape = '"', all_varchar = true
    );

WITH bills AS (
    SELECT
        order_id,
        sum(price::DECIMAL(12, 2)) + sum(freight_value::DECIMAL(12, 2)) AS amount,
        arg_max(product_id, (price::DECIMAL(12, 2), -order_item_id::INTEGER)) AS dearest_product
    FROM olist('olist_order_items_dataset')
    GROUP BY order_id
),
latest_reviews AS (
    SELECT order_id, review_score, review_comment_message
    FROM olist('olist_order_reviews_dataset')
    QUALIFY row_number() OVER (
        PARTITION BY order_id ORDER BY review_answer_timestamp DESC, review_creation_date DESC, review_id
    ) = 1
)

SELECT
    o.order_id AS service_id,
    o.order_delivered_customer_date::TIMESTAMP AS completed_at,
    c.customer_unique_id AS customer_id,
    c.customer_unique_id || '@example.com' AS customer_email,
    'America/Sao_Paulo' AS customer_time_zone,
    coalesce(t.product_category_name_english, 'unknown') AS service_type,
    b.amount AS price_amount,
    'BRL' AS price_currency,
    r.review_comment_message AS notes,
    r.review_score::INTEGER AS satisfaction,
    c.customer_state AS property_region,
    c.customer_zip_code_prefix AS property_zip_prefix
FROM olist('olist_orders_dataset') AS o
JOIN olist('olist_customers_dataset') AS c USING (customer_id)
LEFT JOIN bills AS b USING (order_id)
LEFT JOIN olist('olist_products_dataset') AS p ON p.product_id = b.dearest_product
LEFT JOIN olist('product_category_name_translation') AS t USING (product_category_name)
LEFT JOIN latest_reviews AS r USING (order_id)
WHERE o.order_status = 'delivered' AND o.order_delivered_customer_date IS NOT NULL
ORDER BY completed_at, service_id;
