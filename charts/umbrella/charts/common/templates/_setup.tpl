{{- /*
A container of the setup image, whose entrypoint is `setup`, from (dict "root" . "name" NAME "args" ARGUMENTS), with
"env" and "mounts" as needed.
*/}}
{{- define "common.setup" -}}
- name: {{ .name }}
  image: {{ include "common.image" (dict "root" .root "image" .root.Values.global.setup.image) }}
  args: {{ toJson .args }}
  {{- with .env }}
  env: {{- . | nindent 4 }}
  {{- end }}
  {{- with .mounts }}
  volumeMounts: {{- . | nindent 4 }}
  {{- end }}
  {{- include "common.container" .root.Values.global.setup.resources | nindent 2 }}
{{- end }}

{{- /*
An init container that fills the template FILE of the chart's ConfigMap with the Secret's files and writes the result
to memory, from (dict "root" . "file" FILE). It uses the pod's volumes template, secrets and config.
*/}}
{{- define "common.render" -}}
{{- $mounts := `
- { name: template, mountPath: /template, readOnly: true }
- { name: secrets, mountPath: /secrets, readOnly: true }
- { name: config, mountPath: /config }` }}
{{- $args := list "render" (printf "/template/%s" .file) (printf "/config/%s" .file) }}
{{- include "common.setup" (dict "root" .root "name" "config" "args" $args "mounts" (trim $mounts)) }}
{{- end }}
