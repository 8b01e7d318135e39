{{- /* Names are fixed: the proxy and the DNS of the house know them. One release per namespace. */}}

{{- /* Name of a chart's Deployment. */}}
{{- define "common.name" -}}
{{- get (dict "misskey" "misskey" "postgresql" "dbserver" "redis" "redis" "elasticsearch" "elsearch" "bluecore" "bluecore") .Chart.Name -}}
{{- end }}

{{- /* What selects a chart's pods; never to be changed. */}}
{{- define "common.selector" -}}
app.kubernetes.io/name: {{ include "common.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* Labels of every object and pod. No chart version: a new one must not restart a pod. */}}
{{- define "common.labels" -}}
{{ include "common.selector" . }}
app.kubernetes.io/part-of: bluecore
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* Secret with the passwords of the database. */}}
{{- define "common.secret.dbserver" -}}
{{ .Values.global.existingSecrets.dbserver | default "dbserver-auth" }}
{{- end }}

{{- /* Secret with the password of Redis. */}}
{{- define "common.secret.redis" -}}
{{ .Values.global.existingSecrets.redis | default "redis-auth" }}
{{- end }}
