declare module "*/openapi.json?schema=WorkbenchSettings" {
  const schema: { properties: Record<string, unknown> };
  export default schema;
}
