"""One question to many sellers in one statement, each asked inside its own scope."""

from django.db import migrations

# Whoever calls it sees what its own policies show, seller by seller, and no more: it
# runs with the caller's rights. Where a question fails, the rollback of the statement
# puts the former scope back. The question is prepared, and so planned once for all; a
# prepared statement outlives a rollback, hence the look for one that was left.
FORWARD = """
    CREATE FUNCTION app.sellers_where(sellers uuid[], question text)
        RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE SECURITY INVOKER
        SET search_path = pg_catalog, public AS $$
    DECLARE
        outer_scope text := coalesce(current_setting('app.seller_id', true), '');
        seller uuid;
        answer boolean;
    BEGIN
        IF EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'sellers_where') THEN
            DEALLOCATE sellers_where;
        END IF;
        EXECUTE 'PREPARE sellers_where AS ' || question;
        FOREACH seller IN ARRAY sellers LOOP
            PERFORM set_config('app.seller_id', seller::text, true);
            EXECUTE 'EXECUTE sellers_where' INTO answer;
            IF answer THEN
                RETURN NEXT seller;
            END IF;
        END LOOP;
        DEALLOCATE sellers_where;
        PERFORM set_config('app.seller_id', outer_scope, true);
    END $$;
    REVOKE ALL ON FUNCTION app.sellers_where(uuid[], text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION app.sellers_where(uuid[], text) TO sp_app;
"""
BACKWARD = "DROP FUNCTION app.sellers_where(uuid[], text)"


class Migration(migrations.Migration):
    """The function."""

    dependencies = [("vault", "0006_root_turn_staff")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
