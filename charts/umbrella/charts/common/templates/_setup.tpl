{{- /*
A container of the setup image, whose entrypoint is `setup`, from (dict "root" . "name" NAME "args" ARGUMENTS), with
"env" (values by variable), "reads" and "writes" (paths by volume) as needed.
*/}}
{{- define "common.setup" -}}
- name: {{ .name }}
  image: {{ include "common.image" (dict "root" .root "image" .root.Values.global.setup.image) }}
  args: {{ toJson .args }}
  {{- with include "common.env" .env }}{{ nindent 2 . }}{{ end }}
  {{- with include "common.mounts" . }}{{ nindent 2 . }}{{ end }}
  {{- include "common.container" .root.Values.global.setup.resources | nindent 2 }}
{{- end }}

{{- /*
An init container that fills in the template FILE of the chart's ConfigMap with the files of the Secrets and writes the
result to memory, from (dict "root" . "file" FILE). It uses the pod's volumes template, secrets and config.
*/}}
{{- define "common.render" -}}
{{- $args := list "render" (printf "/template/%s" .file) (printf "/config/%s" .file) }}
{{- $reads := dict "template" "/template" "secrets" "/secrets" }}
{{- include "common.setup" (dict "root" .root "name" "config" "args" $args "reads" $reads "writes" (dict "config" "/config")) }}
{{- end }}
