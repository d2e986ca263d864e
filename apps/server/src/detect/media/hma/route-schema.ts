/** What the API description says of a route; parameters are read by hand, so that errors are HMA's. */
export function schemaOf(summary: string) {
  return { schema: { summary, tags: ['hma'], security: [{ apiKey: [] }] } };
}
