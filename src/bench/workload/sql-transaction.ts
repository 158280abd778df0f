import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Workload } from './workload.ts';

const ACCOUNTS = 256;

/**
 * SQLite compiled to WebAssembly (node-sqlite3-wasm): the whole of an embedded database, with real files. FULL: the
 * journal and the database are each synced before a transaction is over.
 */
export const sqlTransaction: Workload = {
  name: 'sql-transaction',
  exercises:
    'a transfer between two of 256 accounts in SQLite, with a line in a log, durable when it returns',
  class: 'application',
  exitFree: false,
  waits: true,
  effort: {
    small: { warmUp: 1, samples: 6, counted: 2 },
    default: { warmUp: 1, samples: 7, counted: 2 },
  },
  async prepare({ seed, scratchDirectory }) {
    const { default: sqlite } = await import('node-sqlite3-wasm');
    const directory = mkdtempSync(join(scratchDirectory, 'nestmark-sql-'));
    const database = new sqlite.Database(join(directory, 'accounts.db'));
    database.exec(`
      PRAGMA journal_mode = PERSIST;
      PRAGMA synchronous = FULL;
      BEGIN;
      CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL);
      CREATE TABLE transfer (id INTEGER PRIMARY KEY, source INTEGER, target INTEGER, amount INTEGER);
      WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ACCOUNTS - 1})
        INSERT INTO account SELECT n, 1000 FROM numbers;
      COMMIT;
    `);
    let transfers = 0;
    return {
      iterate() {
        const source = (seed + transfers * 7) % ACCOUNTS;
        const target = (source + 1 + (transfers % (ACCOUNTS - 1))) % ACCOUNTS;
        const amount = 1 + (transfers % 90);
        database.exec(`BEGIN IMMEDIATE;
          UPDATE account SET balance = balance - ${amount} WHERE id = ${source};
          UPDATE account SET balance = balance + ${amount} WHERE id = ${target};
          INSERT INTO transfer VALUES (NULL, ${source}, ${target}, ${amount});
          COMMIT;`);
        transfers++;
      },
      checksum() {
        const total = database.get('SELECT sum(balance) AS sum FROM account') as { sum: number };
        if (total.sum !== ACCOUNTS * 1000) {
          throw new Error(`sql-transaction: the accounts hold ${total.sum}, and held ${ACCOUNTS * 1000}`);
        }
        const rows = database.all('SELECT * FROM account UNION ALL SELECT id, amount FROM transfer');
        return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
      },
      dispose() {
        database.close();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  },
};
