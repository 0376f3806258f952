//! A PostgreSQL cluster of a test: its own folder, its own socket, no network, gone with the value.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops at the first surprise, and says by its name what it does"
)]

use std::{
    env, fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long it may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);

/// A cluster that runs.
pub struct Cluster {
    folder: tempfile::TempDir,
    server: Child,
}

/// Where Debian has it; `FUIN_POSTGRES` names another folder.
fn programs() -> PathBuf {
    let folder = env::var_os("FUIN_POSTGRES").map_or("/usr/lib/postgresql/15/bin".into(), PathBuf::from);
    assert!(folder.join("postgres").exists(), "PostgreSQL is not there: scripts/setup.sh database");
    folder
}

/// Asks again and again; `why` says what is wrong where it never is so.
fn wait_for(mut is_so: impl FnMut() -> bool, why: impl Fn() -> String) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "{}", why());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A program of PostgreSQL, which does not run as root.
fn command(name: &str) -> Command {
    let program = programs().join(name);
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

fn is_root() -> bool {
    id(&["-u"]) == 0
}

fn id(args: &[&str]) -> u32 {
    let said = Command::new("id").args(args).output().unwrap().stdout;
    String::from_utf8(said).unwrap().trim().parse().unwrap()
}

fn start(folder: &Path) -> Child {
    command("postgres")
        .current_dir(folder)
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder)
        .args(["-c", "listen_addresses=", "-c", "max_connections=60"])
        .stdout(Stdio::null())
        .stderr(fs::File::options().create(true).append(true).open(folder.join("log")).unwrap())
        .spawn()
        .unwrap()
}

impl Cluster {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        if is_root() {
            chown(folder.path(), Some(id(&["-u", "postgres"])), Some(id(&["-g", "postgres"]))).unwrap();
        }
        let made = command("initdb")
            .current_dir(folder.path())
            .args(["-A", "trust", "-E", "UTF8", "-U", "owner", "--no-instructions", "-D"])
            .arg(folder.path().join("data"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let server = start(folder.path());
        let cluster = Self { folder, server };
        cluster.is_up();
        cluster
    }

    /// Waits until it takes connections.
    fn is_up(&self) {
        let log = || fs::read_to_string(self.folder.path().join("log")).unwrap();
        wait_for(|| self.sql("postgres", "SELECT 1").is_ok(), log);
    }

    /// Kills the server itself: what was started may be another program that waits for it.
    fn kill(&mut self) {
        let said = fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap_or_default();
        if let Some(pid) = said.lines().next() {
            // With what it started, which would end its work first.
            let _ = Command::new("pkill").args(["-9", "-P", pid]).status();
            let _ = Command::new("kill").args(["-9", pid]).status();
        }
        let _ = self.server.wait();
    }

    /// Ends it as a power cut would, and begins again.
    pub fn power_cut(&mut self) {
        self.kill();
        self.server = start(self.folder.path());
        let is_up = || {
            // Whoever still holds its memory is on the way out; until then it does not begin.
            if self.server.try_wait().unwrap().is_some() {
                self.server = start(self.folder.path());
            }
            self.sql("postgres", "SELECT 1").is_ok()
        };
        wait_for(is_up, || "it does not begin again".into());
    }

    /// Ends it for good, as a machine that is lost.
    pub fn is_lost(mut self) {
        self.kill();
    }

    /// Another cluster that follows this one, which from now on acknowledges nothing that the other does not have.
    pub fn standby(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if is_root() {
            chown(folder.path(), Some(id(&["-u", "postgres"])), Some(id(&["-g", "postgres"]))).unwrap();
        }
        let copied = command("pg_basebackup")
            .current_dir(folder.path())
            .args(["-R", "-X", "stream", "-c", "fast", "-U", "owner", "-D"])
            .arg(folder.path().join("data"))
            .arg("-h")
            .arg(self.folder.path())
            .output()
            .unwrap();
        assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
        let server = start(folder.path());
        let standby = Self { folder, server };
        standby.is_up();
        self.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'").unwrap();
        self.sql("postgres", "SELECT pg_reload_conf()").unwrap();
        let state = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        let follows = || self.sql("postgres", state).unwrap() == "1";
        wait_for(follows, || "the other one does not follow".into());
        standby
    }

    /// The one that followed takes the place of the one that is gone.
    pub fn promote(&self) {
        self.sql("postgres", "ALTER SYSTEM RESET synchronous_standby_names").unwrap_or_default();
        assert_eq!(self.sql("postgres", "SELECT pg_promote()").unwrap(), "t");
    }

    /// A new database, and where it is.
    pub fn database(&self, name: &str) -> String {
        self.sql("postgres", &format!("CREATE DATABASE {name}")).unwrap();
        self.url("owner", name)
    }

    /// Where a database is, for a user of it.
    pub fn url(&self, user: &str, database: &str) -> String {
        let socket = self.folder.path().to_string_lossy().replace('/', "%2F");
        format!("postgres://{user}@{socket}/{database}")
    }

    /// What the owner's words give; what the database says, where it refuses them.
    pub fn sql(&self, database: &str, words: &str) -> Result<String, String> {
        self.sql_as("owner", database, words)
    }

    pub fn sql_as(&self, user: &str, database: &str, words: &str) -> Result<String, String> {
        let done = command("psql")
            .current_dir(self.folder.path())
            .args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-U", user, "-d", database, "-h"])
            .arg(self.folder.path())
            .args(["-c", words])
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if done.status.success() { Ok(text(&done.stdout)) } else { Err(text(&done.stderr)) }
    }
}

impl Cluster {
    /// How many microseconds each of so many transactions took, one after the other (pgbench).
    pub fn pgbench(&self, database: &str, words: &str, rounds: usize) -> Vec<u64> {
        let script = self.folder.path().join("script.sql");
        fs::write(&script, format!("{words};\n")).unwrap();
        let done = command("pgbench")
            .current_dir(self.folder.path())
            .args(["-n", "-U", "owner", "-h"])
            .arg(self.folder.path())
            .args(["-t", &rounds.to_string(), "--log", "--log-prefix=each", "-f"])
            .arg(&script)
            .arg(database)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let is_log = |name: &str| name.starts_with("each.");
        let mut all = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let log = all.find(|path| is_log(&path.file_name().unwrap().to_string_lossy())).unwrap();
        let text = fs::read_to_string(&log).unwrap();
        fs::remove_file(log).unwrap();
        // Client, number of the transaction, its time, and more.
        text.lines().map(|line| line.split(' ').nth(2).unwrap().parse().unwrap()).collect()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
    }
}
