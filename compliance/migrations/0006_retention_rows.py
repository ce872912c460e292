"""Row security of policies, holds, notices and stuck rows; items hold CMS alone."""

from django.db import migrations

from vault.rows import force_row_security, grant_table

# CMS in DER begins with a SEQUENCE (X.690, 8.9); no text and no sealed value does.
ONLY_CMS = """
    ALTER TABLE compliance_archiveitem ADD CONSTRAINT compliance_item_cms
    CHECK (substring(cms from 1 for 1) = '\\x30'::bytea)
"""
DROP = "ALTER TABLE compliance_archiveitem DROP CONSTRAINT "


class Migration(migrations.Migration):
    """Each table shows the rows of one seller; times off belong to nobody."""

    dependencies = [("compliance", "0005_retention"), ("vault", "0002_row_security")]

    operations = [
        *(
            force_row_security(table=f"compliance_{name}")
            for name in (
                "policychange",
                "holdcertificate",
                "hold",
                "heldorder",
                "standingrule",
                "archiveitem",
                "notice",
                "stuckrow",
            )
        ),
        grant_table(table="compliance_machinegap", rights="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(ONLY_CMS, f"{DROP}compliance_item_cms"),
    ]
