import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The books, what moves the money in them, and beside them the simulated bank, which has books of its own. */
export class Settlement8 implements MigrationInterface {
  name = 'Settlement1700000000008';

  async up(db: QueryRunner): Promise<void> {
    await db.query(books);
    await db.query(posting);
    await db.query(orders);
    await db.query(bank);
    await db.query(`
      SELECT platform.audit(t::regclass) FROM unnest(ARRAY['account', 'balance', 'transfer', 'entry', 'hold', 'escrow',
        'fee_schedule', 'distribution_scheme', 'distribution', 'payout', 'bank_notice', 'reconciliation']) AS n,
        LATERAL (SELECT 'settlement.' || n AS t) AS s;
      SELECT platform.freeze('settlement.account');
      SELECT platform.freeze('settlement.transfer');
      SELECT platform.freeze('settlement.entry');
      SELECT platform.open_schema('settlement');
      SELECT platform.open_schema('bank');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const books = `
  CREATE SCHEMA settlement;
  CREATE TABLE settlement.account (
    id text PRIMARY KEY,
    version integer NOT NULL,
    code text NOT NULL,
    owner_id text NOT NULL,
    subject text NOT NULL,
    currency text NOT NULL,
    side text NOT NULL CHECK (side IN ('D', 'C')),
    floored boolean NOT NULL,
    UNIQUE (code, owner_id, subject, currency),
    UNIQUE (id, currency)
  );
  CREATE INDEX account_owner ON settlement.account (owner_id, code);

  -- Folded from the transfers and holds. balance: the sum of the deltas, a debit is positive.
  CREATE TABLE settlement.balance (
    account_id text PRIMARY KEY REFERENCES settlement.account DEFERRABLE INITIALLY DEFERRED,
    currency text NOT NULL,
    side text NOT NULL,
    floored boolean NOT NULL,
    balance bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    version integer NOT NULL DEFAULT 0 CHECK (version >= 0),
    available bigint GENERATED ALWAYS AS (CASE side WHEN 'D' THEN balance ELSE -balance END - held) STORED,
    CONSTRAINT floor CHECK (NOT floored OR available >= 0)
  );

  CREATE TABLE settlement.transfer (
    id text PRIMARY KEY,
    version integer NOT NULL CHECK (version = 1),
    kind text NOT NULL,
    subject text NOT NULL,
    order_id text,
    debit text NOT NULL,
    credit text NOT NULL CHECK (credit <> debit),
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    request_hash text NOT NULL,
    -- Nothing is refunded, paid or reversed twice, whatever id the second try has.
    UNIQUE (kind, subject),
    FOREIGN KEY (debit, currency) REFERENCES settlement.account (id, currency) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (credit, currency) REFERENCES settlement.account (id, currency) DEFERRABLE INITIALLY DEFERRED
  );

  CREATE TABLE settlement.entry (
    account_id text NOT NULL REFERENCES settlement.balance,
    version integer NOT NULL CHECK (version > 0),
    transfer_id text NOT NULL REFERENCES settlement.transfer DEFERRABLE INITIALLY DEFERRED,
    delta bigint NOT NULL CHECK (delta <> 0),
    balance_after bigint NOT NULL,
    PRIMARY KEY (account_id, version)
  );
  CREATE INDEX entry_transfer ON settlement.entry (transfer_id);

  CREATE TABLE settlement.hold (
    id text PRIMARY KEY,
    version integer NOT NULL,
    account_id text NOT NULL REFERENCES settlement.balance,
    amount bigint NOT NULL CHECK (amount > 0),
    taken bigint CHECK (taken BETWEEN 0 AND amount),
    state text NOT NULL CHECK (state IN ('PLACED', 'POSTED', 'VOIDED')),
    CHECK ((state = 'POSTED') = (taken IS NOT NULL))
  );
`;

const posting = `
  -- Only the rows of the statement are looked at: reading the index would make concurrent transfers conflict.
  CREATE FUNCTION settlement.balanced() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
  BEGIN
    IF EXISTS (SELECT FROM fresh GROUP BY transfer_id HAVING count(*) <> 2 OR sum(delta) <> 0) THEN
      RAISE EXCEPTION 'a transfer has one debit and one credit of the same amount'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER balanced AFTER INSERT ON settlement.entry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION settlement.balanced();
  ALTER TABLE settlement.entry ENABLE ALWAYS TRIGGER balanced;

  -- Posts linked transfers in their order: locks the touched accounts once, in the order of their ids, computes the
  -- running balances, and writes entries and balances, unless one of them would break a floor.
  CREATE FUNCTION settlement.post(ids text[], debits text[], credits text[], amounts bigint[])
  RETURNS TABLE (transfer_id text, account_id text, version integer, delta bigint, balance_after bigint, short boolean)
  LANGUAGE plpgsql SET search_path = pg_catalog AS $$
  #variable_conflict use_column
  BEGIN
    PERFORM FROM settlement.balance b WHERE b.account_id = ANY (debits || credits)
      ORDER BY b.account_id FOR NO KEY UPDATE;
    RETURN QUERY
    WITH run AS MATERIALIZED (
      SELECT s.id, s.account, (b.version + row_number() OVER w)::integer AS v, s.d,
        (b.balance + sum(s.d) OVER w)::bigint AS after, row_number() OVER w = count(*) OVER (PARTITION BY s.account) AS last,
        b.floored AND CASE b.side WHEN 'D' THEN 1 ELSE -1 END * (b.balance + sum(s.d) OVER w) - b.held < 0 AS low
      FROM unnest(ids, debits, credits, amounts) WITH ORDINALITY AS l (id, debit, credit, amount, n),
        LATERAL (VALUES (l.id, l.debit, l.amount, 2 * n), (l.id, l.credit, -l.amount, 2 * n + 1)) AS s (id, account, d, n)
      JOIN settlement.balance b ON b.account_id = s.account
      WINDOW w AS (PARTITION BY s.account ORDER BY s.n)
    ), fine AS MATERIALIZED (
      SELECT FROM run HAVING NOT bool_or(low)
    ), written AS (
      INSERT INTO settlement.entry (account_id, version, transfer_id, delta, balance_after)
      SELECT account, v, id, d, after FROM run, fine
    ), moved AS (
      UPDATE settlement.balance b SET balance = after, version = v FROM run, fine WHERE last AND b.account_id = account
    )
    SELECT id, account, v, d, after, low FROM run;
  END $$;
  REVOKE EXECUTE ON FUNCTION settlement.post FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION settlement.post TO databourse_app;
`;

const orders = `
  CREATE TABLE settlement.fee_schedule (
    id text PRIMARY KEY,
    version integer NOT NULL,
    venue_id text NOT NULL,
    transaction_fee_bp integer NOT NULL CHECK (transaction_fee_bp BETWEEN 0 AND 2000),
    minimum bigint CHECK (minimum >= 0),
    cap bigint CHECK (cap >= minimum),
    tax_rate text,
    placeholder boolean NOT NULL,
    proposed_by text NOT NULL,
    published_by text CHECK (published_by <> proposed_by),
    state text NOT NULL CHECK (state IN ('PROPOSED', 'PUBLISHED', 'SUPERSEDED')),
    CHECK ((state = 'PROPOSED') = (published_by IS NULL))
  );
  CREATE UNIQUE INDEX fee_schedule_in_force ON settlement.fee_schedule (venue_id) WHERE state = 'PUBLISHED';

  CREATE TABLE settlement.distribution_scheme (
    id text PRIMARY KEY,
    version integer NOT NULL,
    seller_id text NOT NULL,
    name text NOT NULL,
    participants jsonb NOT NULL,
    content_hash text NOT NULL,
    signatures jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('PROPOSED', 'SIGNED'))
  );

  CREATE TABLE settlement.escrow (
    id text PRIMARY KEY,
    version integer NOT NULL,
    order_id text NOT NULL UNIQUE,
    reference text NOT NULL UNIQUE,
    buyer_id text NOT NULL,
    seller_id text NOT NULL CHECK (seller_id <> buyer_id),
    venue_id text NOT NULL,
    operator_id text NOT NULL,
    currency text NOT NULL,
    due bigint NOT NULL CHECK (due >= 0),
    funded bigint NOT NULL CHECK (funded IN (0, due)),
    released bigint NOT NULL CHECK (released >= 0),
    refunded bigint NOT NULL CHECK (refunded >= 0),
    held bigint NOT NULL CHECK (held >= 0),
    hold_id text REFERENCES settlement.hold DEFERRABLE INITIALLY DEFERRED,
    scheme_id text REFERENCES settlement.distribution_scheme,
    fee_schedule_id text REFERENCES settlement.fee_schedule,
    commission jsonb,
    state text NOT NULL CHECK (state IN ('OPENED', 'FUNDED', 'CANCELLED', 'REFUNDED', 'RELEASED')),
    CHECK (funded = released + refunded + held),
    CHECK (state = 'FUNDED' OR held = 0)
  );

  CREATE TABLE settlement.distribution (
    id text PRIMARY KEY,
    version integer NOT NULL,
    escrow_id text NOT NULL UNIQUE REFERENCES settlement.escrow,
    order_id text NOT NULL UNIQUE,
    operator_id text NOT NULL,
    gross bigint NOT NULL CHECK (gross >= 0),
    distributable bigint NOT NULL CHECK (distributable BETWEEN 0 AND gross),
    currency text NOT NULL,
    lines jsonb NOT NULL,
    scheme_id text,
    fee_schedule_id text,
    approved_by text,
    state text NOT NULL CHECK (state IN ('CALCULATED', 'POSTED', 'PAID')),
    CHECK ((state = 'CALCULATED') = (approved_by IS NULL))
  );

  CREATE TABLE settlement.payout (
    id text PRIMARY KEY,
    version integer NOT NULL,
    payment_id text NOT NULL UNIQUE,
    payee_id text NOT NULL,
    source jsonb NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    order_id text,
    distribution_id text REFERENCES settlement.distribution,
    reason text,
    state text NOT NULL CHECK (state IN ('INSTRUCTED', 'SENT', 'CONFIRMED', 'FAILED'))
  );
  CREATE INDEX payout_to_send ON settlement.payout (id) WHERE state = 'INSTRUCTED';
  CREATE INDEX payout_distribution ON settlement.payout (distribution_id);

  CREATE TABLE settlement.bank_notice (
    id text PRIMARY KEY,
    version integer NOT NULL,
    bank_id text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('CREDIT', 'PAID', 'RETURNED')),
    reference text NOT NULL,
    counterparty text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    transfer_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('MATCHED', 'SUSPENDED', 'SENT_BACK'))
  );

  CREATE TABLE settlement.reconciliation (
    id text PRIMARY KEY,
    version integer NOT NULL,
    at timestamptz NOT NULL,
    by text NOT NULL,
    bank_balance bigint NOT NULL,
    book_balance bigint NOT NULL,
    currency text NOT NULL,
    items jsonb NOT NULL,
    adopted_by text CHECK (adopted_by <> by),
    state text NOT NULL CHECK (state IN ('BALANCED', 'OPEN', 'ADOPTED')),
    CHECK (bank_balance = book_balance OR jsonb_array_length(items) > 0)
  );
`;

const bank = `
  CREATE SCHEMA bank;
  CREATE TABLE bank.payment (
    id text PRIMARY KEY,
    payee_id text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    reference text NOT NULL
  );
  CREATE TABLE bank.movement (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bank_id text NOT NULL UNIQUE,
    kind text NOT NULL,
    reference text NOT NULL,
    counterparty text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL
  );
  CREATE TABLE bank.notice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bank_id text NOT NULL REFERENCES bank.movement (bank_id),
    due_at timestamptz NOT NULL,
    sent_at timestamptz,
    refused text
  );
  CREATE INDEX notice_to_send ON bank.notice (due_at) WHERE sent_at IS NULL;
  CREATE TABLE bank.behaviour (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    delay_ms bigint NOT NULL,
    copies integer NOT NULL,
    reversed boolean NOT NULL,
    silent boolean NOT NULL,
    refuse_payouts boolean NOT NULL
  );
  INSERT INTO bank.behaviour (delay_ms, copies, reversed, silent, refuse_payouts) VALUES (0, 1, false, false, false);
`;
