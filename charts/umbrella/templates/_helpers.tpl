{{- /* Labels of what is not the release itself, from (list . NAME): another name, which no Service chooses. */}}
{{- define "bluecore.labels.of" -}}
{{ include "common.labels" (first .) | replace "name: bluecore" (printf "name: %s" (last .)) }}
{{- end }}

{{- /* Metadata of a hook that runs before the release is made or changed, from (list . WEIGHT). */}}
{{- define "bluecore.hook" -}}
{{- $weight := last . }}
{{- with first . -}}
name: bluecore-secrets
namespace: {{ .Release.Namespace }}
labels: {{- include "bluecore.labels.of" (list . "bluecore-secrets") | nindent 2 }}
annotations:
  helm.sh/hook: pre-install,pre-upgrade
  helm.sh/hook-weight: {{ quote $weight }}
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
  helm.sh/hook-output-log-policy: hook-failed
{{- end }}
{{- end }}
