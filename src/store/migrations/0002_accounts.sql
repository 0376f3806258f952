-- Who may sign in. What somebody may record stands in the ledger; here is how he proves who he is: no password, but what
-- Argon2id makes of it, and public keys of passkeys.

CREATE TABLE account (
    id text PRIMARY KEY,
    said text NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON account TO fuin_service;
-- Whoever serves looks whether the tables are of its version.
GRANT SELECT ON _sqlx_migrations TO fuin_service;
