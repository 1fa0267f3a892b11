-- SPDX-License-Identifier: Apache-2.0
-- The peer: accrual.yaml as a careful team would write it in PostgreSQL. One function call is one order: id check with
-- fingerprint, member by external id, what expired is settled, order and lines, the twenty rules, their grants as lots
-- with expiries in one statement, debt paid first, a ladder by spend, and double-entry ledger rows that name rule and
-- order. The answer is kept with the command, as banyan keeps it.

CREATE TABLE member (
    id bigint PRIMARY KEY,
    birth_month smallint,
    joined_at timestamptz NOT NULL,
    spend bigint NOT NULL DEFAULT 0,
    orders bigint NOT NULL DEFAULT 0,
    posted bigint NOT NULL DEFAULT 0,
    growth bigint NOT NULL DEFAULT 0,
    debt bigint NOT NULL DEFAULT 0,
    tier smallint NOT NULL DEFAULT 0,
    next_due timestamptz
) WITH (fillfactor = 70);
CREATE TABLE identity (
    kind text NOT NULL,
    external_id text NOT NULL,
    member bigint NOT NULL,
    PRIMARY KEY (kind, external_id)
);
CREATE TABLE command (
    source text NOT NULL,
    id text NOT NULL,
    fingerprint bytea NOT NULL,
    member bigint NOT NULL,
    rules smallint[] NOT NULL,
    granted bigint[] NOT NULL,
    expires timestamptz,
    posted bigint NOT NULL,
    growth bigint NOT NULL,
    tier smallint NOT NULL,
    PRIMARY KEY (source, id)
);
CREATE TABLE orders (
    no bigserial PRIMARY KEY,
    source text NOT NULL,
    id text NOT NULL,
    member bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    channel text NOT NULL,
    store text NOT NULL,
    paid bigint NOT NULL,
    UNIQUE (source, id)
);
CREATE TABLE order_line (
    order_no bigint NOT NULL,
    line text NOT NULL,
    sku text NOT NULL,
    category text NOT NULL,
    quantity bigint NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (order_no, line)
);
CREATE TABLE lot (
    no bigserial PRIMARY KEY,
    member bigint NOT NULL,
    order_no bigint NOT NULL,
    unit smallint NOT NULL,  -- 1 points, 2 growth
    rule smallint NOT NULL,
    granted bigint NOT NULL,
    remaining bigint NOT NULL,
    earned_at timestamptz NOT NULL,
    expires_at timestamptz
);
CREATE INDEX lot_open ON lot (member, expires_at) WHERE remaining > 0;
CREATE TABLE ledger_entry (
    no bigserial PRIMARY KEY,
    member bigint NOT NULL,
    unit smallint NOT NULL,
    account smallint NOT NULL,  -- 1 issuance, 2 member, 3 breakage, 4 debt
    amount bigint NOT NULL,
    rule smallint NOT NULL,
    lot bigint NOT NULL,
    order_no bigint NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX ledger_of_member ON ledger_entry (member, no);
CREATE TABLE tier_change (
    member bigint NOT NULL,
    at timestamptz NOT NULL,
    before smallint NOT NULL,
    after smallint NOT NULL,
    order_no bigint NOT NULL
);
CREATE SEQUENCE bench_no;

CREATE FUNCTION accrue(source_ text, id_ text, kind_ text, external_ text, occurred timestamptz, channel_ text,
                       store_ text, lines text[], skus text[], categories text[], quantities bigint[],
                       amounts bigint[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    print bytea := sha256(convert_to(concat_ws(e'\x01', kind_, external_, occurred, channel_, store_, lines, skus,
                                               categories, quantities, amounts), 'UTF8'));
    known command;
    m member;
    paid bigint := 0;
    pieces bigint;
    base bigint;
    fits bigint;
    rules smallint[] := '{}';
    units smallint[] := '{}';
    grants bigint[] := '{}';
    points bigint := 0;
    growth_ bigint := 0;
    owed bigint := 0;
    expired bigint := 0;
    gone lot;
    at timestamptz := clock_timestamp();
    expires timestamptz;
    number bigint;
    star smallint;
BEGIN
    SELECT * INTO known FROM command WHERE source = source_ AND id = id_;
    IF FOUND THEN
        IF known.fingerprint <> print THEN
            RAISE EXCEPTION 'this id was used with another body';
        END IF;
        RETURN known.posted;
    END IF;
    SELECT member.* INTO m FROM identity JOIN member ON member.id = identity.member
    WHERE identity.kind = kind_ AND identity.external_id = external_ FOR UPDATE OF member;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such member';
    END IF;

    -- What fell due before this order is settled first.
    IF m.next_due <= at THEN
        FOR gone IN UPDATE lot SET remaining = 0 FROM (SELECT no, remaining FROM lot WHERE member = m.id
                AND remaining > 0 AND expires_at <= at FOR UPDATE) due WHERE lot.no = due.no
                RETURNING lot.no, lot.member, lot.order_no, lot.unit, lot.rule, lot.granted, due.remaining, lot.earned_at,
                          lot.expires_at
        LOOP
            expired := expired + gone.remaining;
            INSERT INTO ledger_entry (member, unit, account, amount, rule, lot, order_no, at)
            VALUES (m.id, gone.unit, 2, -gone.remaining, gone.rule, gone.no, gone.order_no, gone.expires_at),
                   (m.id, gone.unit, 3, gone.remaining, gone.rule, gone.no, gone.order_no, gone.expires_at);
        END LOOP;
        SELECT min(expires_at) INTO m.next_due FROM lot WHERE member = m.id AND remaining > 0;
    END IF;

    SELECT sum(amount), sum(quantity) INTO paid, pieces FROM unnest(amounts, quantities) AS line(amount, quantity);
    INSERT INTO orders (source, id, member, occurred_at, channel, store, paid)
    VALUES (source_, id_, m.id, occurred, channel_, store_, paid) RETURNING no INTO number;
    INSERT INTO order_line
    SELECT number, line.* FROM unnest(lines, skus, categories, quantities, amounts) AS line;

    -- The rules, in the order of the document.
    base := paid / 100;
    IF base > 0 THEN
        rules := rules || 1::smallint; units := units || 1::smallint; grants := grants || base;
        rules := rules || 2::smallint; units := units || 2::smallint; grants := grants || base;
        IF m.tier = 3 AND base / 2 > 0 THEN
            rules := rules || 3::smallint; units := units || 1::smallint; grants := grants || base / 2;
        ELSIF m.tier = 4 THEN
            rules := rules || 4::smallint; units := units || 1::smallint; grants := grants || base;
        END IF;
        IF m.birth_month = extract(month FROM occurred AT TIME ZONE 'Asia/Shanghai') THEN
            rules := rules || 5::smallint; units := units || 1::smallint; grants := grants || base;
        END IF;
    END IF;
    IF 'coffee' = ANY (categories) THEN
        SELECT sum(amount)::bigint / 1000 INTO fits FROM unnest(categories, amounts) AS line(category, amount)
        WHERE category = 'coffee';
        IF fits > 0 THEN
            rules := rules || 6::smallint; units := units || 1::smallint; grants := grants || fits;
        END IF;
    END IF;
    IF 'tea' = ANY (categories) THEN
        SELECT sum(amount)::bigint / 1000 * 2 INTO fits FROM unnest(categories, amounts) AS line(category, amount)
        WHERE category = 'tea';
        IF fits > 0 THEN
            rules := rules || 7::smallint; units := units || 1::smallint; grants := grants || fits;
        END IF;
    END IF;
    IF 'bakery' = ANY (categories) THEN
        SELECT sum(amount)::bigint / 2000 * 3 INTO fits FROM unnest(categories, amounts) AS line(category, amount)
        WHERE category = 'bakery';
        IF fits > 0 THEN
            rules := rules || 8::smallint; units := units || 1::smallint; grants := grants || fits;
        END IF;
    END IF;
    IF 'mocha' = ANY (skus) THEN
        rules := rules || 9::smallint; units := units || 1::smallint; grants := grants || 15::bigint;
    END IF;
    IF paid >= 15000 THEN
        rules := rules || 10::smallint; units := units || 1::smallint; grants := grants || 30::bigint;
    ELSIF paid >= 10000 THEN
        rules := rules || 10::smallint; units := units || 1::smallint; grants := grants || 10::bigint;
    END IF;
    IF channel_ = 'mini' THEN
        rules := rules || 11::smallint; units := units || 1::smallint; grants := grants || 5::bigint;
    END IF;
    IF channel_ = 'pos' AND paid >= 5000 THEN
        rules := rules || 12::smallint; units := units || 1::smallint; grants := grants || 5::bigint;
    END IF;
    IF channel_ = 'app' AND paid >= 1000 THEN
        rules := rules || 13::smallint; units := units || 2::smallint; grants := grants || 2::bigint;
    END IF;
    IF store_ = 's-1' THEN
        rules := rules || 14::smallint; units := units || 1::smallint; grants := grants || 20::bigint;
    END IF;
    IF store_ IN ('s-2', 's-3', 's-4') THEN
        rules := rules || 15::smallint; units := units || 1::smallint; grants := grants || 8::bigint;
    END IF;
    IF m.orders = 1 THEN
        rules := rules || 16::smallint; units := units || 1::smallint; grants := grants || 20::bigint;
    END IF;
    IF (m.orders + 1) % 10 = 0 THEN
        rules := rules || 17::smallint; units := units || 1::smallint; grants := grants || 10::bigint;
    END IF;
    IF m.tier >= 2 AND channel_ = 'app' AND paid >= 15000 THEN
        rules := rules || 18::smallint; units := units || 1::smallint; grants := grants || 5::bigint;
    END IF;
    IF m.spend >= 1000000 AND pieces >= 2 THEN
        rules := rules || 19::smallint; units := units || 2::smallint; grants := grants || 8::bigint;
    END IF;
    IF pieces >= 6 OR cardinality(lines) >= 4 THEN
        rules := rules || 20::smallint; units := units || 1::smallint; grants := grants || 12::bigint;
    END IF;

    -- The end of the next year, in the brand's zone.
    expires := (date_trunc('year', at AT TIME ZONE 'Asia/Shanghai') + interval '2 years') AT TIME ZONE 'Asia/Shanghai';
    IF cardinality(grants) > 0 THEN
        FOR i IN 1 .. cardinality(grants) LOOP
            IF units[i] = 1 THEN points := points + grants[i]; ELSE growth_ := growth_ + grants[i]; END IF;
        END LOOP;
        owed := least(m.debt, points);
        IF owed = 0 THEN
            WITH granted AS (
                INSERT INTO lot (member, order_no, unit, rule, granted, remaining, earned_at, expires_at)
                SELECT m.id, number, g.unit, g.rule, g.amount, g.amount, at, CASE WHEN g.unit = 1 THEN expires END
                FROM unnest(units, rules, grants) AS g(unit, rule, amount) RETURNING no, unit, rule, granted)
            INSERT INTO ledger_entry (member, unit, account, amount, rule, lot, order_no, at)
            SELECT m.id, unit, account, sign * granted, rule, no, number, at
            FROM granted, (VALUES (1::smallint, -1), (2::smallint, 1)) AS side(account, sign);
        ELSE
            -- The first points pay the debt; what is left of a grant is its lot.
            WITH g AS (
                SELECT unit, rule, amount, CASE WHEN unit = 1 THEN least(amount, greatest(0, owed - (sum(amount)
                       OVER (PARTITION BY unit ORDER BY ord) - amount))) ELSE 0 END AS repaid
                FROM unnest(units, rules, grants) WITH ORDINALITY AS g(unit, rule, amount, ord)),
            granted AS (
                INSERT INTO lot (member, order_no, unit, rule, granted, remaining, earned_at, expires_at)
                SELECT m.id, number, unit, rule, amount, amount - repaid, at, CASE WHEN unit = 1 THEN expires END
                FROM g RETURNING no, unit, rule, granted, remaining)
            INSERT INTO ledger_entry (member, unit, account, amount, rule, lot, order_no, at)
            SELECT m.id, unit, account, CASE account WHEN 1 THEN -granted WHEN 2 THEN remaining
                   ELSE granted - remaining END, rule, no, number, at
            FROM granted, (VALUES (1::smallint), (2::smallint), (4::smallint)) AS side(account)
            WHERE account <> 4 OR granted > remaining;
        END IF;
        IF points > 0 THEN
            m.next_due := least(m.next_due, expires);
        END IF;
    END IF;

    star := CASE WHEN m.spend + paid >= 300000 THEN 4 WHEN m.spend + paid >= 200000 THEN 3
                 WHEN m.spend + paid >= 50000 THEN 2 ELSE 1 END;
    IF star <> m.tier THEN
        INSERT INTO tier_change VALUES (m.id, at, m.tier, star, number);
    END IF;
    UPDATE member SET spend = m.spend + paid, orders = m.orders + 1, posted = m.posted + points - expired,
        growth = m.growth + growth_, debt = m.debt - owed, tier = star, next_due = m.next_due WHERE id = m.id;
    INSERT INTO command VALUES (source_, id_, print, m.id, rules, grants, expires, m.posted + points - expired,
                                m.growth + growth_, star);
    RETURN m.posted + points - expired;
END $$;
