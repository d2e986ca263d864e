/**
 * What Pokémon Showdown uses of better-sqlite3, on `node:sqlite`: friends lists work without a compiler.
 * See https://nodejs.org/api/sqlite.html.
 */
const { DatabaseSync } = require('node:sqlite');

class Statement {
  #prepared;
  constructor(prepared, source) {
    this.#prepared = prepared;
    this.source = source;
  }
  // better-sqlite3 takes a list, a record of named values, or the values one by one.
  run = (...values) => this.#prepared.run(...spread(values));
  get = (...values) => this.#prepared.get(...spread(values));
  all = (...values) => this.#prepared.all(...spread(values));
}

function spread(values) {
  return values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
}

module.exports = class Database {
  #database;
  constructor(file) {
    this.#database = new DatabaseSync(file);
  }
  exec(sql) {
    this.#database.exec(sql);
    return this;
  }
  prepare(sql) {
    return new Statement(this.#database.prepare(sql), sql);
  }
  function(name, body) {
    this.#database.function(name, body);
    return this;
  }
  transaction(work) {
    return (...input) => {
      this.#database.exec('BEGIN');
      try {
        const result = work(...input);
        this.#database.exec('COMMIT');
        return result;
      } catch (cause) {
        this.#database.exec('ROLLBACK');
        throw cause;
      }
    };
  }
};
