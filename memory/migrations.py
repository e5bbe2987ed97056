"""The schema of a vault's database, as named migrations that are applied in order.

Each is a small function that changes the schema; it is applied together with its record in one
transaction. A released one is never edited: a change is a new function at the end of the list.
"""

import sqlite3
from collections.abc import Callable

from memory.errors import VaultUnreadable

Migration = Callable[[sqlite3.Connection], None]


def missing_migrations(connection: sqlite3.Connection) -> list[Migration]:
    """The migrations that this database has not had yet, in order.

    Raises:
        VaultUnreadable: it had one that this program does not know.
    """
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied TEXT NOT NULL)"
    )
    applied = {name for (name,) in connection.execute("SELECT name FROM migrations")}
    unknown = applied - {migration.__name__ for migration in MIGRATIONS}
    if unknown:
        raise VaultUnreadable(
            f"This vault was written by a newer version of Bespoke ({', '.join(sorted(unknown))}). "
            "Update with `pip install --upgrade bespoke-assistant`."
        )
    return [migration for migration in MIGRATIONS if migration.__name__ not in applied]


def apply_migration(connection: sqlite3.Connection, migration: Migration) -> None:
    """Change the schema and record it, within a transaction."""
    migration(connection)
    connection.execute(
        "INSERT INTO migrations (name, applied) VALUES (?, datetime('now'))",
        (migration.__name__,),
    )


def m001_first_tables(connection: sqlite3.Connection) -> None:
    """Conversations, messages, memories with evidence and history, vectors, consents, traces."""
    for statement in _FIRST_TABLES.split(";\n\n"):
        connection.execute(statement)


# `seq` numbers rows for FTS5 and Chroma; `id` is what people and programs see.
# `sent` is a message as it stood in the prompt, with what was attached to it; null: its content.
# A row of `vectors` with a null vector waits to be embedded; one that is not indexed, for Chroma.
_FIRST_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE consents (purpose TEXT PRIMARY KEY, is_granted INTEGER NOT NULL, time TEXT NOT NULL);

CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    snapshot TEXT,
    history_from INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX conversations_by_update ON conversations (updated);

CREATE TABLE messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'system', 'tool')),
    name TEXT,
    content TEXT NOT NULL,
    sent TEXT,
    time TEXT NOT NULL,
    is_complete INTEGER NOT NULL DEFAULT 1
);

CREATE INDEX messages_by_conversation ON messages (conversation_id, seq);

CREATE TABLE memories (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('fact', 'preference', 'constraint', 'goal', 'style')),
    content TEXT NOT NULL,
    polarity TEXT NOT NULL CHECK (polarity IN ('positive', 'negative', 'neutral')),
    strength TEXT NOT NULL CHECK (strength IN ('soft', 'hard')),
    scope TEXT,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    status TEXT NOT NULL
        CHECK (status IN ('active', 'superseded', 'hidden', 'quarantined', 'suggested')),
    origin TEXT NOT NULL CHECK (origin IN ('said', 'inferred', 'imported', 'manual')),
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    is_pinned INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL,
    supersedes TEXT REFERENCES memories (id) ON DELETE SET NULL
);

CREATE INDEX memories_by_status ON memories (status);

CREATE TABLE evidence (
    memory_id TEXT NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
    message_id TEXT REFERENCES messages (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL
);

CREATE INDEX evidence_by_memory ON evidence (memory_id);

CREATE INDEX evidence_by_message ON evidence (message_id);

CREATE TABLE events (
    memory_id TEXT NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
    time TEXT NOT NULL,
    action TEXT NOT NULL,
    text TEXT NOT NULL
);

CREATE INDEX events_by_memory ON events (memory_id);

CREATE TABLE traces (
    reply_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    trace TEXT NOT NULL
);

CREATE TABLE offers (
    message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    item_id TEXT NOT NULL
);

CREATE INDEX offers_by_item ON offers (item_id);

CREATE INDEX offers_by_message ON offers (message_id);

CREATE TABLE vectors (
    kind TEXT NOT NULL CHECK (kind IN ('message', 'memory')),
    seq INTEGER NOT NULL,
    vector BLOB,
    is_indexed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, seq)
);

CREATE INDEX vectors_pending ON vectors (kind, seq) WHERE is_indexed = 0;

CREATE VIRTUAL TABLE message_words USING fts5 (
    content, content='messages', content_rowid='seq',
    tokenize='porter unicode61 remove_diacritics 2'
);

CREATE VIRTUAL TABLE memory_words USING fts5 (
    content, content='memories', content_rowid='seq',
    tokenize='porter unicode61 remove_diacritics 2'
);

CREATE VIRTUAL TABLE message_terms USING fts5vocab (message_words, 'row');

CREATE VIRTUAL TABLE memory_terms USING fts5vocab (memory_words, 'row');

CREATE TRIGGER message_added AFTER INSERT ON messages BEGIN
    INSERT INTO message_words (rowid, content) VALUES (new.seq, new.content);
    INSERT INTO vectors (kind, seq) VALUES ('message', new.seq);
END;

CREATE TRIGGER message_removed AFTER DELETE ON messages BEGIN
    INSERT INTO message_words (message_words, rowid, content)
        VALUES ('delete', old.seq, old.content);
    DELETE FROM vectors WHERE kind = 'message' AND seq = old.seq;
END;

CREATE TRIGGER memory_added AFTER INSERT ON memories BEGIN
    INSERT INTO memory_words (rowid, content) VALUES (new.seq, new.content);
    INSERT INTO vectors (kind, seq) VALUES ('memory', new.seq);
END;

CREATE TRIGGER memory_removed AFTER DELETE ON memories BEGIN
    INSERT INTO memory_words (memory_words, rowid, content)
        VALUES ('delete', old.seq, old.content);
    DELETE FROM vectors WHERE kind = 'memory' AND seq = old.seq;
END
"""


def m002_learning_and_forgetting(connection: sqlite3.Connection) -> None:
    """What memories are about, suspicious spans, feedback, and marks of what was forgotten."""
    for statement in _LEARNING_AND_FORGETTING.split(";\n\n"):
        connection.execute(statement)


# `suspicious` are the spans of messages that the firewall keeps from being recalled or summed up.
# A tombstone is a keyed hash: it recognises what was forgotten and does not hold it. Those of one
# forgetting share an id; `words` is how many words they were, null where it is of a place;
# `is_refused` where it was only refused as a memory.
_LEARNING_AND_FORGETTING = """
ALTER TABLE memories ADD COLUMN about TEXT;

ALTER TABLE memories ADD COLUMN slot TEXT;

CREATE INDEX memories_by_slot ON memories (slot) WHERE slot IS NOT NULL;

CREATE TABLE suspicious (
    message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL
);

CREATE INDEX suspicious_by_message ON suspicious (message_id);

CREATE TABLE feedback (
    reply_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    is_liked INTEGER NOT NULL,
    words TEXT,
    time TEXT NOT NULL
);

CREATE TABLE tombstones (
    digest TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    words INTEGER,
    is_refused INTEGER NOT NULL,
    created TEXT NOT NULL
);

CREATE TRIGGER message_changed AFTER UPDATE OF content ON messages BEGIN
    INSERT INTO message_words (message_words, rowid, content)
        VALUES ('delete', old.seq, old.content);
    INSERT INTO message_words (rowid, content) VALUES (new.seq, new.content);
    UPDATE vectors SET vector = NULL, is_indexed = 0 WHERE kind = 'message' AND seq = new.seq;
END
"""


def m003_creations(connection: sqlite3.Connection) -> None:
    """Texts that were written for the user, with all their versions."""
    for statement in _CREATIONS.split(";\n\n"):
        connection.execute(statement)


_CREATIONS = """
CREATE TABLE creations (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    work_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    brief TEXT NOT NULL,
    length TEXT,
    tone TEXT,
    language TEXT,
    audience TEXT,
    is_neutral INTEGER NOT NULL,
    instruction TEXT,
    revises TEXT,
    text TEXT NOT NULL,
    time TEXT NOT NULL,
    is_complete INTEGER NOT NULL,
    trace TEXT
);

CREATE INDEX creations_by_work ON creations (work_id, seq)
"""


def m004_set_aside(connection: sqlite3.Connection) -> None:
    """Memories that a conversation does without, because they are beside its point."""
    connection.execute(
        "CREATE TABLE set_aside ("
        " conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,"
        " memory_id TEXT NOT NULL REFERENCES memories (id) ON DELETE CASCADE,"
        " PRIMARY KEY (conversation_id, memory_id))"
    )


def m005_said_anew(connection: sqlite3.Connection) -> None:
    """Messages that take the place of an exchange, which goes when they are answered."""
    for statement in _SAID_ANEW.split(";\n\n"):
        connection.execute(statement)


# `replaces` is the id of the message that the exchange began with; it may be gone by now.
_SAID_ANEW = """
ALTER TABLE messages ADD COLUMN replaces TEXT;

CREATE INDEX messages_by_replaces ON messages (replaces) WHERE replaces IS NOT NULL;

CREATE VIEW replaced AS
    SELECT old.id, old.conversation_id
    FROM messages new
    JOIN messages begun ON begun.id = new.replaces
    JOIN messages old ON old.conversation_id = new.conversation_id
        AND old.seq >= begun.seq AND old.seq < new.seq
    WHERE new.replaces IS NOT NULL
"""


def m006_interface(connection: sqlite3.Connection) -> None:
    """How the user wants an app to look, and which starters of a chat they used."""
    connection.execute(
        "CREATE TABLE interface (name TEXT PRIMARY KEY, value TEXT, time TEXT NOT NULL)"
    )
    connection.execute("CREATE TABLE starter_uses (starter TEXT NOT NULL, time TEXT NOT NULL)")


MIGRATIONS: list[Migration] = [
    m001_first_tables,
    m002_learning_and_forgetting,
    m003_creations,
    m004_set_aside,
    m005_said_anew,
    m006_interface,
]
