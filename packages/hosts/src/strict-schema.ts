/** A part of a CRD's openAPIV3Schema. */
export interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  items?: Schema
  'x-kubernetes-preserve-unknown-fields'?: boolean
  'x-kubernetes-int-or-string'?: boolean
  [keyword: string]: unknown
}

/** A CustomResourceDefinition, as far as it is read here. */
export interface Crd {
  spec: {
    group: string
    names: { kind: string }
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[]
  }
}

/**
 * A CRD's schema as JSON Schema that refuses every field that the CRD does not know. The API server would drop such a
 * field without a word, unless its client asked for `--validate=strict`. Rules in CEL are not part of JSON Schema.
 * @param schema structural, as Kubernetes demands of a CRD: what is under allOf, anyOf and so on names no new fields
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export function strictSchema(schema: Schema): Schema {
  const { properties, additionalProperties, items, ...rest } = schema
  const strict: Schema = { ...rest }
  if (items) strict.items = strictSchema(items)
  if (typeof additionalProperties === 'object')
    strict.additionalProperties = strictSchema(additionalProperties)
  if (properties) {
    strict.properties = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, strictSchema(property)]),
    )
    strict.additionalProperties = schema['x-kubernetes-preserve-unknown-fields'] === true
  }
  return strict
}
