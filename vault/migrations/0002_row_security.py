"""The tenant functions, the ledger's policy and its append-only trigger."""

from django.db import migrations

from vault.rows import force_row_security, grant_table

FUNCTIONS = """
    CREATE SCHEMA IF NOT EXISTS app;
    CREATE FUNCTION app.seller_id() RETURNS uuid LANGUAGE sql STABLE
        SET search_path = pg_catalog
        AS $$ SELECT nullif(current_setting('app.seller_id', true), '')::uuid $$;
    CREATE FUNCTION app.person_id() RETURNS uuid LANGUAGE sql STABLE
        SET search_path = pg_catalog
        AS $$ SELECT nullif(current_setting('app.person_id', true), '')::uuid $$;
    GRANT USAGE ON SCHEMA app TO sp_app;
    GRANT EXECUTE ON FUNCTION app.seller_id(), app.person_id() TO sp_app;
"""
DROP_FUNCTIONS = """
    DROP FUNCTION app.seller_id();
    DROP FUNCTION app.person_id();
    DROP SCHEMA app;
"""
APPEND_ONLY = """
    CREATE FUNCTION app.ledger_append_only() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.seq IS NOT NULL
            AND ROW(NEW.id, NEW.seller_id, NEW.kind, NEW.at, NEW.actor_kind,
                    NEW.actor_id, NEW.subject_id, NEW.facts)
                IS NOT DISTINCT FROM
                ROW(OLD.id, OLD.seller_id, OLD.kind, OLD.at, OLD.actor_kind,
                    OLD.actor_id, OLD.subject_id, OLD.facts)
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the ledger is append-only';
    END $$;
    CREATE FUNCTION app.ledger_unnumbered() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog AS $$
    BEGIN
        IF NEW.seq IS NULL AND NEW.previous_hash = '' AND NEW.entry_hash = '' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the sequencer numbers the ledger, nobody else';
    END $$;
    CREATE TRIGGER ledger_unnumbered BEFORE INSERT ON vault_ledgerentry
        FOR EACH ROW EXECUTE FUNCTION app.ledger_unnumbered();
    CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON vault_ledgerentry
        FOR EACH ROW EXECUTE FUNCTION app.ledger_append_only();
    CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON vault_ledgerentry
        FOR EACH STATEMENT EXECUTE FUNCTION app.ledger_append_only();
    REVOKE UPDATE ON vault_ledgerentry FROM sp_app;
    GRANT UPDATE (seq, previous_hash, entry_hash) ON vault_ledgerentry TO sp_app;
"""
DROP_APPEND_ONLY = """
    DROP TRIGGER ledger_unnumbered ON vault_ledgerentry;
    DROP FUNCTION app.ledger_unnumbered();
    DROP TRIGGER ledger_append_only ON vault_ledgerentry;
    DROP TRIGGER ledger_no_truncate ON vault_ledgerentry;
    DROP FUNCTION app.ledger_append_only();
"""


class Migration(migrations.Migration):
    """Row security of the vault."""

    dependencies = [("vault", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        grant_table(table="vault_keystoremark", rights="SELECT, INSERT"),
        grant_table(table="vault_purgeday", rights="SELECT, INSERT, UPDATE"),
        grant_table(table="vault_lostkey", rights="SELECT, INSERT"),
        force_row_security(table="vault_ledgerentry", rights="SELECT, INSERT"),
        migrations.RunSQL(APPEND_ONLY, DROP_APPEND_ONLY),
    ]
