export async function demoCommand(_options: { databaseUrl?: string }): Promise<number> {
  return 0;
}
