-- One order, as its own transaction (pgbench script).
\set m random(1, :members)
\set amount random(100, 20099)
SELECT accrue('shop', 'o-' || nextval('bench_no'), 'openid', 'm-' || :m, now(), 'app', 's-12', ARRAY['1'], ARRAY['latte'], ARRAY['coffee'], ARRAY[2::bigint], ARRAY[:amount::bigint]);
