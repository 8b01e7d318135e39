{{- /*
The Service of a chart, from (dict "root" . "name" PORT-NAME "port" PORT). ClusterIP: reached from inside the cluster. With a
standby, the sidecar of the pod that holds the lease sets the selector; Helm 4 refuses to upgrade what another one has set.
*/}}
{{- define "common.service" -}}
{{- with .root }}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "common.name" . }}-sv
  namespace: {{ .Release.Namespace }}
  labels: {{- include "common.labels" . | nindent 4 }}
spec:
  type: ClusterIP
  {{- if eq (include "common.members" . | fromJsonArray | len) 1 }}
  selector: {{- include "common.selector" . | nindent 4 }}
  {{- end }}
{{- end }}
  ports: [{ name: {{ .name }}, port: {{ .port }}, targetPort: {{ .port }} }]
{{- end }}

{{- /*
A Deployment of one server on one volume, up to its pod template. Recreate: the old server must have ended before the new
one opens the files. Without a lease the pod keeps the default tolerationSeconds of 300 for a lost node: nothing stops a server
on a disconnected node, and with a second one beside it acknowledged writes would be lost.
*/}}
{{- define "common.server" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "common.name" . }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "common.labels" . | nindent 4 }}
spec:
  replicas: 1
  revisionHistoryLimit: 3
  progressDeadlineSeconds: 1800
  strategy: { type: Recreate }
  selector:
    matchLabels: {{- include "common.selector" . | nindent 6 }}
{{- end }}
