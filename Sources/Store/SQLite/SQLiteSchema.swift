/// The tables, and how a database of an earlier version comes by them.
enum SQLiteSchema {
  /// Says in the file's own header whose it is: "WTjn".
  static let applicationID: Int64 = 0x5754_6a6e

  /// The first makes version 1 of an empty database, each of the others one version more. What has once been released
  /// is never changed: the next change is the next script.
  static let migrations = [
    """
    CREATE TABLE transfers (
      id TEXT NOT NULL PRIMARY KEY,
      requested_at INTEGER NOT NULL,
      ended_at INTEGER,
      channel TEXT NOT NULL,
      caller_number TEXT NOT NULL,
      caller_name TEXT NOT NULL,
      topic TEXT NOT NULL,
      party TEXT,
      target TEXT,
      result TEXT,
      cause TEXT,
      wait_ms INTEGER,
      is_redacted INTEGER NOT NULL DEFAULT 0,
      request TEXT NOT NULL
    ) STRICT;
    CREATE INDEX transfers_by_time ON transfers (requested_at);
    CREATE INDEX transfers_unfinished ON transfers (requested_at) WHERE ended_at IS NULL;
    CREATE INDEX transfers_by_end ON transfers (ended_at) WHERE ended_at IS NOT NULL;
    CREATE INDEX transfers_to_redact ON transfers (ended_at) WHERE ended_at IS NOT NULL AND is_redacted = 0;

    CREATE TABLE events (
      transfer TEXT NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
      n INTEGER NOT NULL,
      at INTEGER NOT NULL,
      phase TEXT NOT NULL,
      kind TEXT NOT NULL,
      event TEXT NOT NULL,
      effects TEXT NOT NULL,
      PRIMARY KEY (transfer, n)
    ) STRICT, WITHOUT ROWID;
    """,
    // Autoincrement: a number that somebody outside has seen is not given to another when its row has gone.
    """
    CREATE TABLE phases (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      transfer TEXT NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
      n INTEGER NOT NULL,
      at INTEGER NOT NULL,
      phase TEXT NOT NULL,
      target TEXT,
      result TEXT,
      cause TEXT,
      wait_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX phases_by_transfer ON phases (transfer);

    CREATE TABLE deliveries (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      webhook TEXT NOT NULL,
      phase INTEGER NOT NULL REFERENCES phases (id) ON DELETE CASCADE,
      transfer TEXT NOT NULL,
      queued_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      due_at INTEGER NOT NULL,
      gave_up_at INTEGER,
      failure TEXT
    ) STRICT;
    CREATE INDEX deliveries_by_phase ON deliveries (phase);
    CREATE INDEX deliveries_due ON deliveries (webhook, due_at) WHERE gave_up_at IS NULL;
    CREATE INDEX deliveries_next ON deliveries (due_at) WHERE gave_up_at IS NULL;
    CREATE INDEX deliveries_in_order ON deliveries (webhook, transfer, id) WHERE gave_up_at IS NULL;
    """,
    // Nothing here looks at the rows that are there: a service with a long log is up as soon as ever. What they have too
    // much is taken away in small bites afterwards, in the order in which they were written.
    """
    CREATE TABLE lacking_end (
      transfer TEXT NOT NULL PRIMARY KEY REFERENCES transfers (id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE to_mend (place INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
    INSERT INTO to_mend SELECT 0, last FROM (SELECT max(rowid) AS last FROM transfers) WHERE last IS NOT NULL;
    """,
    // What a transfer has found out since its request.
    """
    ALTER TABLE transfers ADD COLUMN known TEXT;
    """,
    """
    CREATE TABLE wrap_ups (
      transfer TEXT NOT NULL PRIMARY KEY REFERENCES transfers (id) ON DELETE CASCADE,
      answer TEXT NOT NULL,
      note TEXT NOT NULL,
      agent TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    // Who may sign in, and who is, in a browser.
    """
    CREATE TABLE sign_ins (
      digest TEXT NOT NULL PRIMARY KEY,
      kind TEXT NOT NULL,
      holder TEXT NOT NULL,
      token TEXT NOT NULL,
      until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    // What transfers leave behind when they have ended. Those that had ended before are accounted for afterwards.
    """
    CREATE TABLE audit (
      n INTEGER PRIMARY KEY,
      transfer TEXT NOT NULL,
      at INTEGER NOT NULL,
      record TEXT NOT NULL,
      caller TEXT,
      words TEXT,
      hash TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audit_by_transfer ON audit (transfer);
    CREATE INDEX audit_by_time ON audit (at);
    CREATE TABLE accounted (place INTEGER NOT NULL) STRICT;
    INSERT INTO accounted VALUES (0);

    CREATE TABLE figures (
      requested_at INTEGER NOT NULL,
      transfer TEXT NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
      ended_at INTEGER NOT NULL,
      day TEXT NOT NULL,
      hour INTEGER NOT NULL,
      topic TEXT NOT NULL,
      target TEXT NOT NULL,
      result TEXT NOT NULL,
      cause TEXT NOT NULL,
      is_first INTEGER NOT NULL,
      wait INTEGER NOT NULL,
      talk INTEGER,
      caller TEXT,
      came_again_at INTEGER,
      PRIMARY KEY (requested_at, transfer)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX figures_by_transfer ON figures (transfer);
    CREATE INDEX figures_by_caller ON figures (caller) WHERE caller IS NOT NULL;

    CREATE TABLE figures_calls (
      requested_at INTEGER NOT NULL,
      transfer TEXT NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
      leg INTEGER NOT NULL,
      day TEXT NOT NULL,
      hour INTEGER NOT NULL,
      topic TEXT NOT NULL,
      target TEXT NOT NULL,
      result TEXT NOT NULL,
      time_to_accept INTEGER,
      verdict TEXT,
      key TEXT NOT NULL,
      PRIMARY KEY (requested_at, transfer, leg)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX figures_calls_by_transfer ON figures_calls (transfer);

    CREATE TABLE calls (
      begin INTEGER NOT NULL,
      topic TEXT NOT NULL,
      day TEXT NOT NULL,
      hour INTEGER NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (begin, topic)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE caller_key (key TEXT NOT NULL) STRICT;
    INSERT INTO caller_key VALUES (hex(randomblob(32)));
    """,
    // They outlive their transfers: each is there until its sound is deleted, too.
    """
    CREATE TABLE messages (
      transfer TEXT NOT NULL PRIMARY KEY,
      at INTEGER NOT NULL,
      recording INTEGER NOT NULL,
      length_ms INTEGER,
      caller_name TEXT NOT NULL,
      caller_number TEXT NOT NULL,
      topic TEXT NOT NULL,
      party TEXT,
      heard_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX messages_by_time ON messages (at, transfer);
    """,
    // Who was signed off with the call.
    """
    ALTER TABLE phases ADD COLUMN signed_off TEXT;
    """,
    // Who may ask for one call, and how often a conversation needed a person.
    """
    CREATE TABLE call_tokens (
      digest TEXT NOT NULL PRIMARY KEY,
      channel TEXT NOT NULL,
      until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX call_tokens_by_end ON call_tokens (until);

    CREATE TABLE trigger_counts (
      begin INTEGER NOT NULL,
      name TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (begin, name)
    ) STRICT, WITHOUT ROWID;
    """,
    // What is known of calls that have not come yet; with the channel of the one that has.
    """
    CREATE TABLE briefs (
      digest TEXT NOT NULL PRIMARY KEY,
      brief TEXT NOT NULL,
      until INTEGER NOT NULL,
      channel TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX briefs_by_end ON briefs (until);
    """,
  ]

  /// Each script in a transaction of its own: one that fails leaves the version before it.
  static func migrate(_ database: borrowing SQLiteConnection, by migrations: [String] = migrations) throws(JournalError)
  {
    let version = try checkedVersion(of: database, latest: migrations.count)
    for (number, script) in zip(1..., migrations).dropFirst(version) {
      try database.transaction { () throws(JournalError) in
        try database.execute(script)
        try database.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(number)")
      }
    }
  }

  /// 0 for a database that is still empty.
  static func checkedVersion(
    of database: borrowing SQLiteConnection,
    latest: Int = migrations.count
  ) throws(JournalError) -> Int {
    let application: Int64 = try database.value("PRAGMA application_id")
    let version: Int64 = try database.value("PRAGMA user_version")
    let tables: Int64 = try database.value("SELECT count(*) FROM sqlite_schema")
    if application == 0, version == 0, tables == 0 { return 0 }
    guard application == applicationID, version > 0 else {
      throw JournalError(.foreign, "a database of something else (application_id \(application))")
    }
    guard version <= latest else {
      throw JournalError(
        .tooNew,
        "was written by a later version of warm-transfer (its tables have version \(version), this one knows those up to "
          + "\(latest)): install that version again, or move the file away to begin with an empty one; nothing was changed"
      )
    }
    return Int(version)
  }
}
