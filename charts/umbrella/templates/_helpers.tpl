{{- /* Metadata of the hook that runs before an install or upgrade, from (list . WEIGHT). */}}
{{- define "bluecore.hook" -}}
{{- $weight := last . }}
{{- with first . -}}
name: bluecore-secrets
namespace: {{ .Release.Namespace }}
labels: {{- include "common.labels.of" (list . "bluecore-secrets") | nindent 2 }}
annotations:
  helm.sh/hook: pre-install,pre-upgrade
  helm.sh/hook-weight: {{ quote $weight }}
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
  helm.sh/hook-output-log-policy: hook-failed
{{- end }}
{{- end }}
