"""The tables."""

import django.db.models.deletion
import vault.rows
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Seller',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('time_zone', models.CharField(default='UTC', max_length=60)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'permissions': [('view_orders', 'view_orders'), ('ship_orders', 'ship_orders'), ('import_orders', 'import_orders'), ('view_stock', 'view_stock'), ('change_stock', 'change_stock'), ('view_exposure', 'view_exposure'), ('manage_members', 'manage_members'), ('open_buyer_data', 'open_buyer_data')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('is_active', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField()),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('manager', 'Manager'), ('fulfilment', 'Fulfilment'), ('inventory', 'Inventory'), ('support', 'Support'), ('auditor', 'Auditor')], max_length=20)),
                ('opens_buyer_data', models.BooleanField(default=False)),
                ('joined_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seller', 'person'), name='sellers_member_once'), models.UniqueConstraint(fields=('seller', 'id'), name='sellers_membership_seller_id')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('manager', 'Manager'), ('fulfilment', 'Fulfilment'), ('inventory', 'Inventory'), ('support', 'Support'), ('auditor', 'Auditor')], max_length=20)),
                ('opens_buyer_data', models.BooleanField(default=False)),
                ('token_hash', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seller', 'token_hash'), name='sellers_invitation_token'), models.UniqueConstraint(fields=('seller', 'id'), name='sellers_invitation_seller_id')],
            },
        ),
        migrations.CreateModel(
            name='SellerGroupPermission',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('content_object', models.ForeignKey(db_column='seller_id', on_delete=django.db.models.deletion.CASCADE, related_name='group_permissions', to='sellers.seller')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.group')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('content_object', 'group', 'permission'), name='sellers_group_permission')],
            },
        ),
        migrations.CreateModel(
            name='SellerPersonPermission',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('content_object', models.ForeignKey(db_column='seller_id', on_delete=django.db.models.deletion.CASCADE, related_name='person_permissions', to='sellers.seller')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('content_object', 'user', 'permission'), name='sellers_person_permission')],
            },
        ),
    ]
