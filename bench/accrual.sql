-- SPDX-License-Identifier: Apache-2.0
-- The peer: the starter programme (presets/starter.yaml) as a careful team would write it in PostgreSQL. One function
-- call is one order: id check with fingerprint, member by external id, what expired is settled, order and lines,
-- points = floor(paid), doubled in the birthday month, a lot with its expiry, debt paid first, a ladder by spend, and
-- double-entry ledger rows that name rule and order. The answer is kept with the command, as banyan keeps it.

CREATE TABLE member (
    id bigint PRIMARY KEY,
    birth_month smallint,
    joined_at timestamptz NOT NULL,
    spend bigint NOT NULL DEFAULT 0,
    orders bigint NOT NULL DEFAULT 0,
    posted bigint NOT NULL DEFAULT 0,
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
    points bigint NOT NULL,
    expires timestamptz,
    posted bigint NOT NULL,
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
    rule smallint NOT NULL,
    granted bigint NOT NULL,
    remaining bigint NOT NULL,
    earned_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX lot_open ON lot (member, expires_at) WHERE remaining > 0;
CREATE TABLE ledger_entry (
    no bigserial PRIMARY KEY,
    member bigint NOT NULL,
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

CREATE FUNCTION grant_points(m member, order_no bigint, rule smallint, amount bigint, at timestamptz,
                             expires timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    owed bigint := least(m.debt, amount);
    lot_no bigint;
BEGIN
    INSERT INTO lot (member, order_no, rule, granted, remaining, earned_at, expires_at)
    VALUES (m.id, order_no, rule, amount, amount - owed, at, expires) RETURNING no INTO lot_no;
    INSERT INTO ledger_entry (member, account, amount, rule, lot, order_no, at)
    VALUES (m.id, 1, -amount, rule, lot_no, order_no, at), (m.id, 2, amount - owed, rule, lot_no, order_no, at);
    IF owed > 0 THEN
        INSERT INTO ledger_entry (member, account, amount, rule, lot, order_no, at)
        VALUES (m.id, 4, owed, rule, lot_no, order_no, at);
    END IF;
    RETURN owed;
END $$;

CREATE FUNCTION accrue(source_ text, id_ text, kind_ text, external_ text, occurred timestamptz, channel_ text,
                       store_ text, lines text[], skus text[], categories text[], quantities bigint[],
                       amounts bigint[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    print bytea := sha256(convert_to(concat_ws(e'\x01', kind_, external_, occurred, channel_, store_, lines, skus,
                                               categories, quantities, amounts), 'UTF8'));
    known command;
    m member;
    paid bigint := 0;
    earned bigint;
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
        RETURN known.points;
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
                RETURNING lot.no, lot.member, lot.order_no, lot.rule, lot.granted, due.remaining, lot.earned_at,
                          lot.expires_at
        LOOP
            expired := expired + gone.remaining;
            INSERT INTO ledger_entry (member, account, amount, rule, lot, order_no, at)
            VALUES (m.id, 2, -gone.remaining, gone.rule, gone.no, gone.order_no, gone.expires_at),
                   (m.id, 3, gone.remaining, gone.rule, gone.no, gone.order_no, gone.expires_at);
        END LOOP;
        SELECT min(expires_at) INTO m.next_due FROM lot WHERE member = m.id AND remaining > 0;
    END IF;

    SELECT sum(amount) INTO paid FROM unnest(amounts) AS amount;
    INSERT INTO orders (source, id, member, occurred_at, channel, store, paid)
    VALUES (source_, id_, m.id, occurred, channel_, store_, paid) RETURNING no INTO number;
    INSERT INTO order_line
    SELECT number, line.* FROM unnest(lines, skus, categories, quantities, amounts) AS line;

    earned := paid / 100;
    -- The end of the next year, in the brand's zone.
    expires := (date_trunc('year', at AT TIME ZONE 'Asia/Shanghai') + interval '2 years') AT TIME ZONE 'Asia/Shanghai';
    IF earned > 0 THEN
        owed := grant_points(m, number, 1::smallint, earned, at, expires);
        IF m.birth_month = extract(month FROM occurred AT TIME ZONE 'Asia/Shanghai') THEN
            m.debt := m.debt - owed;
            owed := grant_points(m, number, 2::smallint, earned, at, expires);
            earned := earned * 2;
        END IF;
        m.debt := m.debt - owed;
        m.next_due := least(m.next_due, expires);
    END IF;

    star := CASE WHEN m.spend + paid >= 300000 THEN 4 WHEN m.spend + paid >= 200000 THEN 3
                 WHEN m.spend + paid >= 50000 THEN 2 ELSE 1 END;
    IF star <> m.tier THEN
        INSERT INTO tier_change VALUES (m.id, at, m.tier, star, number);
    END IF;
    UPDATE member SET spend = m.spend + paid, orders = m.orders + 1, posted = m.posted + earned - expired,
        debt = m.debt, tier = star, next_due = m.next_due WHERE id = m.id;
    INSERT INTO command VALUES (source_, id_, print, m.id, earned, expires, m.posted + earned - expired, star);
    RETURN earned;
END $$;
