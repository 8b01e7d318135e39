{{- /* Labels of the Job and its pod: others than Misskey's, whose Service must not choose it. */}}
{{- define "misskey.migrations.labels" -}}
{{ include "common.labels" . | replace "name: misskey" "name: misskey-migrations" }}
{{- end }}

{{- /* A container of Misskey's image that runs the migrations or waits for them, from (list . "run" or "wait"). */}}
{{- define "misskey.migrations.container" -}}
{{- $mode := last . }}
{{- with first . -}}
- name: migrations
  image: {{ include "common.image" (dict "root" . "image" .Values.image) }}
  workingDir: /misskey/packages/backend
  command: [node, --input-type=module, --eval]
  args:
    - | {{- .Files.Get "files/migrations.mjs" | trim | nindent 6 }}
    - {{ $mode }}
  volumeMounts:
    - { name: config, mountPath: /misskey/.config, readOnly: true }
    - { name: tmp, mountPath: /tmp }
  {{- include "common.container" .Values.resources | nindent 2 }}
{{- end }}
{{- end }}

{{- /* The pod of the migrations. Its hash names the Job: another image or other settings make another Job. */}}
{{- define "misskey.migrations.pod" -}}
metadata:
  labels: {{- include "misskey.migrations.labels" . | nindent 4 }}
  annotations:
    checksum/config: {{ include "misskey.config" . | sha256sum }}
spec:
  {{- include "common.pod" (dict "root" . "uid" 991) | nindent 2 }}
  restartPolicy: Never
  initContainers:
    {{- /* Misskey's settings connect to Redis, too, and give up with all that was done when it does not answer. */}}
    {{- include "misskey.wait" (dict "root" . "for" (list "postgres" "redis")) | nindent 4 }}
    {{- include "common.render" (dict "root" . "file" "default.yml") | nindent 4 }}
  containers:
    {{- include "misskey.migrations.container" (list . "run") | nindent 4 }}
  volumes:
    {{- include "misskey.config.volumes" . | nindent 4 }}
    - { name: tmp, emptyDir: { sizeLimit: 64Mi } }
{{- end }}
