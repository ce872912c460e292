"""Who: sellers, people, memberships, roles and sign-in."""
