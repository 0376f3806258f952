//! Ledgers of many offices in PostgreSQL (15 and later).
//!
//! Entry points: [`PostgresStore::migrate`] as the owner of the database, [`PostgresStore::connect`] as whoever serves,
//! who can add and read, and cannot change or delete. A turn is a transaction that holds a lock of its office; the
//! tables keep the chain by themselves (`migrations`). Absent: backups (docs/operate.md).

use std::borrow::Cow;

use async_trait::async_trait;
use fuin_core::LedgerLine;
use sqlx::{
    Executor, PgPool, Postgres, Row as _, Transaction,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    postgres::{PgListener, PgPoolOptions, PgRow},
};
use tokio::{sync::mpsc, task};

use crate::{
    account::Account,
    fault::StoreFault,
    office_id::OfficeId,
    store::{Growth, Record, Store, Stored, Turn},
};

/// What is told of an office whose ledger grew.
const CHANNEL: &str = "fuin_ledger";
/// Connections at most.
const CONNECTIONS: u32 = 16;
/// The lines of the transaction's office from some place on.
const LINES: &str = "SELECT line FROM ledger_line WHERE office = current_setting('fuin.office') AND seq >= $1 \
                     ORDER BY seq";
/// Its head.
const HEAD: &str = "SELECT head FROM ledger_head WHERE office = current_setting('fuin.office') \
                    ORDER BY lines DESC LIMIT 1";
/// What every session is told first.
const SESSION: &str = "SET idle_in_transaction_session_timeout = '60s'; SET lock_timeout = '60s'; \
                       SET synchronous_commit = on";
/// One after the other; one that was released is never edited.
const MIGRATIONS: [(i64, &str, &str); 3] = [
    (1, "ledger", include_str!("migrations/0001_ledger.sql")),
    (2, "accounts", include_str!("migrations/0002_accounts.sql")),
    (3, "append", include_str!("migrations/0003_append.sql")),
];

/// A database.
pub struct PostgresStore {
    pool: PgPool,
}

fn migrator() -> Migrator {
    let all = MIGRATIONS.iter().map(|&(version, name, sql)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, Cow::Borrowed(sql), false)
    });
    Migrator { migrations: Cow::Owned(all.collect()), ..Migrator::DEFAULT }
}

impl PostgresStore {
    /// Makes the tables, or brings them up to this version, as the owner of the database.
    pub async fn migrate(url: &str) -> Result<(), StoreFault> {
        let pool = PgPoolOptions::new().max_connections(1).connect(url).await?;
        let done = migrator().run(&pool).await;
        pool.close().await;
        Ok(done?)
    }

    /// Connects as whoever serves.
    pub async fn connect(url: &str) -> Result<Self, StoreFault> {
        // A server that vanishes in its turn must not hold the office, and what is acknowledged is on the disk.
        let options = PgPoolOptions::new().max_connections(CONNECTIONS).after_connect(|connection, _| {
            Box::pin(async move { connection.execute(SESSION).await.map(drop) })
        });
        let pool = options.connect(url).await?;
        // A program that is older or newer than the tables would misread them.
        let of_tables: i64 =
            sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&pool).await?;
        let ours = MIGRATIONS.last().map_or(0, |(version, ..)| *version);
        if of_tables != ours {
            return Err(MigrateError::VersionMismatch(of_tables).into());
        }
        Ok(Self { pool })
    }

    /// A transaction that sees this office and no other.
    async fn of_office(&self, office: &OfficeId) -> Result<Transaction<'static, Postgres>, StoreFault> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("SELECT set_config('fuin.office', $1, true)")
            .bind(office.as_str())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction)
    }
}

async fn read(transaction: &mut Transaction<'static, Postgres>, from: u64) -> Result<Stored, StoreFault> {
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    // The head first: outside of a turn a line may be appended in between, and a ledger may be longer than its head.
    let head = sqlx::query(HEAD).fetch_optional(&mut **transaction).await?;
    let lines = sqlx::query(LINES).bind(from).fetch_all(&mut **transaction).await?;
    Ok(Stored {
        lines: lines.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?,
        head: head.map(|row| row.try_get(0)).transpose()?,
    })
}

#[async_trait]
impl Store for PostgresStore {
    async fn offices(&self) -> Result<Vec<OfficeId>, StoreFault> {
        let rows = sqlx::query("SELECT id FROM office ORDER BY began_at, id").fetch_all(&self.pool).await?;
        let ids = rows.iter().map(|row| row.try_get::<String, _>(0)).collect::<Result<Vec<_>, _>>()?;
        Ok(ids.iter().filter_map(|id| OfficeId::parse(id)).collect())
    }

    async fn read(&self, office: &OfficeId, from: u64) -> Result<Stored, StoreFault> {
        let mut transaction = self.of_office(office).await?;
        let stored = read(&mut transaction, from).await?;
        transaction.commit().await?;
        Ok(stored)
    }

    async fn turn(&self, office: &OfficeId) -> Result<Box<dyn Turn>, StoreFault> {
        let mut transaction = self.of_office(office).await?;
        sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind(office.as_str())
            .execute(&mut *transaction)
            .await?;
        Ok(Box::new(PostgresTurn { office: office.clone(), transaction }))
    }

    async fn append(&self, office: &OfficeId, record: Record<'_>) -> Result<(), StoreFault> {
        append(&self.pool, office, record).await
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreFault> {
        let rows = sqlx::query("SELECT said FROM account ORDER BY id").fetch_all(&self.pool).await?;
        let read = |row: &PgRow| {
            serde_json::from_str(&row.try_get::<String, _>(0)?)
                .map_err(|error| sqlx::Error::Decode(error.into()))
        };
        Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }

    async fn keep_account(&self, account: &Account) -> Result<(), StoreFault> {
        let said = serde_json::to_string(account).map_err(|error| sqlx::Error::Encode(error.into()))?;
        sqlx::query(
            "INSERT INTO account VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET said = EXCLUDED.said",
        )
        .bind(&account.id)
        .bind(said)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn watch(&self) -> Result<Growth, StoreFault> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(CHANNEL).await?;
        let (told, hears) = mpsc::unbounded_channel();
        task::spawn(async move {
            // Whoever does not listen any more keeps no connection. Where it breaks off, this ends: whoever goes on
            // listening looks first at what was appended meanwhile.
            loop {
                let told_of = tokio::select! {
                    () = told.closed() => return,
                    told_of = listener.try_recv() => told_of,
                };
                let Ok(Some(told_of)) = told_of else { return };
                let office = OfficeId::parse(told_of.payload());
                if office.is_some_and(|office| told.send(office).is_err()) {
                    return;
                }
            }
        });
        Ok(hears)
    }
}

struct PostgresTurn {
    office: OfficeId,
    transaction: Transaction<'static, Postgres>,
}

/// Appends lines and their head in one statement, within a transaction or as one.
async fn append<'c>(
    executor: impl Executor<'c, Database = Postgres>,
    office: &OfficeId,
    record: Record<'_>,
) -> Result<(), StoreFault> {
    let lines: Vec<&str> = record.lines.iter().map(LedgerLine::as_str).collect();
    let appended = sqlx::query("SELECT fuin_append($1, $2, $3, $4)")
        .bind(office.as_str())
        .bind(i64::try_from(record.at).unwrap_or(i64::MAX))
        .bind(lines)
        .bind(record.head.as_str())
        .execute(executor)
        .await;
    let is_taken = |error: &sqlx::Error| {
        error
            .as_database_error()
            .is_some_and(|error| error.is_unique_violation() || error.is_check_violation())
    };
    match appended {
        Ok(_) => Ok(()),
        // Its place is taken, or the line before it is another one: reading says which.
        Err(error) if is_taken(&error) => Err(StoreFault::Overtaken { lines: record.at + 1 }),
        Err(error) => Err(error.into()),
    }
}

#[async_trait]
impl Turn for PostgresTurn {
    async fn read(&mut self, from: u64) -> Result<Stored, StoreFault> {
        read(&mut self.transaction, from).await
    }

    async fn append(mut self: Box<Self>, record: Record<'_>) -> Result<(), StoreFault> {
        append(&mut *self.transaction, &self.office, record).await?;
        Ok(self.transaction.commit().await?)
    }

    async fn destroy(mut self: Box<Self>, left: &[(u64, String)], _: &[String]) -> Result<(), StoreFault> {
        for (place, text) in left {
            sqlx::query("SELECT fuin_destroy($1, $2, $3)")
                .bind(self.office.as_str())
                .bind(i64::try_from(*place).unwrap_or(i64::MAX))
                .bind(text)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(self.transaction.commit().await?)
    }
}
