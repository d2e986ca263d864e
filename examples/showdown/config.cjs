/** Settings of Showdown for this example; what is not named here keeps Showdown's own value. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

module.exports = {
  bindaddress: process.env.SHOWDOWN_HOST ?? '127.0.0.1',
  /** Whoever holds the other half of this key signs who somebody is, and their age band: your login server. */
  loginserverpublickey: readFileSync(join(process.env.SHOWDOWN_HOME ?? '.', 'config/login.pub.pem'), 'utf8'),
  loginserverkeyalgo: 'RSA-SHA256',
  loginserver: process.env.SHOWDOWN_LOGIN_SERVER ?? 'http://127.0.0.1:9/',
  /** No way in for the makers of Showdown, and no console over a socket. */
  backdoor: false,
  consoleips: [],
  repl: false,
  watchconfig: false,
  crashguard: true,
  /** Friends are kept; messages to people who are not online would pass nobody who could screen them. */
  usesqlite: true,
  usesqlitefriends: ' ',
  usesqlitepms: false,
  subprocesses: {
    network: 1,
    simulator: 1,
    friends: 1,
    validator: 1,
    verifier: 1,
    localartemis: 0,
    remoteartemis: 0,
    chatdb: 1,
    modlog: 0,
    pm: 0,
    battlesearch: 0,
    datasearch: 0,
  },
  keben: {
    url: process.env.KEBEN_URL ?? 'http://127.0.0.1:3000',
    apiKey: process.env.KEBEN_API_KEY ?? '',
    source: '/showdown',
    timeout: Number(process.env.KEBEN_TIMEOUT ?? 1500),
  },
};
