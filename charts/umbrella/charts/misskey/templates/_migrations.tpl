{{- /* Labels of the Job and its pod, which Misskey's Service must not select. */}}
{{- define "misskey.migrations.labels" -}}
{{ include "common.labels.of" (list . "misskey-migrations") }}
{{- end }}

{{- /* A container of Misskey's image with files/migrations.mjs, from (list . ARGUMENTS): "run", or "wait" and seconds. */}}
{{- define "misskey.migrations.container" -}}
{{- $args := last . }}
{{- with first . -}}
- name: migrations
  image: {{ include "common.image" (dict "root" . "image" .Values.image) }}
  workingDir: /misskey/packages/backend
  command: [node, --input-type=module, --eval]
  args:
    - | {{- .Files.Get "files/migrations.mjs" | trim | nindent 6 }}
    {{- toYaml $args | nindent 4 }}
  volumeMounts:
    - { name: config, mountPath: /misskey/.config, readOnly: true }
    - { name: tmp, mountPath: /tmp }
  {{- include "common.container" .Values.resources | nindent 2 }}
{{- end }}
{{- end }}

{{- /* The pod template of the migrations. Its hash is in the Job's name, as a Job is immutable. */}}
{{- define "misskey.migrations.pod" -}}
metadata:
  labels: {{- include "misskey.migrations.labels" . | nindent 4 }}
  annotations:
    checksum/config: {{ include "misskey.config" . | sha256sum }}
spec:
  {{- include "common.pod" (dict "root" . "uid" 991) | nindent 2 }}
  restartPolicy: Never
  initContainers:
    {{- /* Misskey's settings module also connects to Redis, and fails when it does not answer. */}}
    {{- include "misskey.wait" (dict "root" . "for" (list "postgres" "redis")) | nindent 4 }}
    {{- include "common.render" (dict "root" . "file" "default.yml") | nindent 4 }}
  containers:
    {{- include "misskey.migrations.container" (list . (list "run")) | nindent 4 }}
  volumes:
    {{- include "misskey.config.volumes" . | nindent 4 }}
    - { name: tmp, emptyDir: { sizeLimit: 64Mi } }
{{- end }}
