/** Part of a CRD's openAPIV3Schema. */
export interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  items?: Schema
  'x-kubernetes-preserve-unknown-fields'?: boolean
  'x-kubernetes-int-or-string'?: boolean
  [keyword: string]: unknown
}

/** A CustomResourceDefinition, as far as it is used here. */
export interface Crd {
  spec: {
    group: string
    names: { kind: string }
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[]
  }
}

/**
 * A CRD's schema as JSON Schema that rejects every field that the CRD does not define. The API server would drop such
 * fields silently, unless the client asks for `--validate=strict`. CEL rules are not part of JSON Schema.
 * @param schema structural, as Kubernetes requires of a CRD: allOf, anyOf and so on define no additional fields
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
