{{- /* Misskey's configuration without its passwords, which `setup render` fills in as quoted strings. */}}
{{- define "misskey.config" -}}
url: {{ .Values.url | toJson }}
port: 3000
id: aid
db:
  host: dbserver-sv
  port: 5432
  db: misskey
  user: misskey
  pass: ${misskey-password}
redis:
  host: redis-sv
  port: 6379
  pass: ${redis-password}
elasticsearch:
  host: elsearch-sv
  port: 9200
{{- with .Values.config }}
{{ toYaml . }}
{{- end }}
{{ end }}

{{- /* An init container that waits for TARGETS, from (dict "root" . "for" TARGETS). */}}
{{- define "misskey.wait" -}}
{{- $env := dict
  "POSTGRES_HOST" "dbserver-sv"
  "POSTGRES_USER" "misskey"
  "POSTGRES_PASSWORD_FILE" "/secrets/misskey-password"
  "POSTGRES_DB" "misskey"
  "REDIS_HOST" "redis-sv"
  "REDIS_PASSWORD_FILE" "/secrets/redis-password"
}}
{{- $args := prepend .for "wait" }}
{{- include "common.setup" (dict "root" .root "name" "wait" "args" $args "env" $env "reads" (dict "secrets" "/secrets")) }}
{{- end }}

{{- /* Volumes of the configuration: the template, the secrets, and the result in memory. */}}
{{- define "misskey.config.volumes" -}}
- { name: template, configMap: { name: misskey-config } }
- { name: config, emptyDir: { medium: Memory, sizeLimit: 1Mi } }
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ include "common.secret" (list . "dbserver") }}
          items: [{ key: misskey-password, path: misskey-password }]
      - secret:
          name: {{ include "common.secret" (list . "redis") }}
          items: [{ key: password, path: redis-password }]
{{- end }}
