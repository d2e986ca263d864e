/** The arrows of docs/architecture.md: what may import what. */
const room = (name) => `^apps/server/src/${name}/`;
const rooms = ['detect', 'prevent', 'respond', 'share', 'learn'];
// A room may read these rooms (through their index.ts only).
const reads = {
  detect: [],
  prevent: ['detect'],
  respond: ['detect'],
  share: ['detect', 'respond'],
  learn: [],
};

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    ...rooms.map((name) => ({
      name: `${name}-reads-only-${reads[name].join('-') || 'base'}`,
      severity: 'error',
      from: { path: room(name) },
      to: { path: rooms.filter((other) => other !== name && !reads[name].includes(other)).map(room) },
    })),
    ...rooms.map((name) => ({
      name: `${name}-only-through-index`,
      severity: 'error',
      from: { path: '^(apps|packages|scripts|bench|test)/', pathNot: [room(name)] },
      to: { path: room(name), pathNot: [`${room(name)}index\\.ts$`, `${room(name)}[a-z-]+/index\\.ts$`] },
    })),
    {
      name: 'base-knows-no-room',
      severity: 'error',
      from: { path: room('base') },
      to: { path: rooms.map(room) },
    },
    { name: 'packages-know-no-app', severity: 'error', from: { path: '^packages/' }, to: { path: '^apps/' } },
    {
      name: 'playground-only-through-the-sdk',
      severity: 'error',
      from: { path: '^apps/playground/' },
      to: { path: ['^apps/(server|console|portal)/', '^packages/(cues|pdq)/'] },
    },
    {
      name: 'examples-only-through-the-sdk',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: ['^apps/', '^packages/(?!sdk/src/index\\.ts$)'] },
    },
    {
      name: 'web-apps-know-no-server',
      severity: 'error',
      from: { path: '^apps/(console|portal)/' },
      to: { path: '^apps/(server|playground)/' },
    },
    {
      name: 'no-orphan-dependency',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^astro:', '^virtual:', '\\?url$'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/dist/', '\\.astro/', '/drizzle/', 'env\\.d\\.ts$'] },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json', '.yaml', '.astro'],
    },
  },
};
