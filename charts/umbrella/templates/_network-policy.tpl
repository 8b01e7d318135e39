{{- /* What a NetworkPolicy for the pods of NAME begins with, from (list . NAME). Both ways are closed but for its rules. */}}
{{- define "bluecore.policy" -}}
{{- $name := last . }}
{{- with first . -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ $name }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "common.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- include "bluecore.pods" (list . $name) | nindent 6 }}
  policyTypes: [Ingress, Egress]
{{- end }}
{{- end }}

{{- /* Labels of the pods of NAME, from (list . NAME). */}}
{{- define "bluecore.pods" -}}
app.kubernetes.io/name: {{ last . }}
app.kubernetes.io/instance: {{ (first .).Release.Name }}
{{- end }}

{{- /* Peers: the pods of any of NAMES and address RANGES, from (list . NAMES RANGES). */}}
{{- define "bluecore.peers" -}}
{{- $root := first . }}
{{- range index . 1 }}
- podSelector:
    matchLabels: {{- include "bluecore.pods" (list $root .) | nindent 6 }}
{{- end }}
{{- range last . }}
- ipBlock: { cidr: {{ quote . }} }
{{- end }}
{{- end }}

{{- /* Ports of TCP. */}}
{{- define "bluecore.ports" -}}
{{- range . }}
- { protocol: TCP, port: {{ . }} }
{{- end }}
{{- end }}

{{- /* An egress rule to the pods of NAME at PORT, from (list . NAME PORT). After the Service's translation only the pod counts. */}}
{{- define "bluecore.to" -}}
- to: {{- include "bluecore.peers" (list (first .) (list (index . 1)) list) | trim | nindent 4 }}
  ports: {{- include "bluecore.ports" (list (last .)) | trim | nindent 4 }}
{{- end }}

{{- /* An egress rule to the cluster's DNS. */}}
{{- define "bluecore.to.dns" -}}
- to:
    - namespaceSelector:
        matchLabels: { kubernetes.io/metadata.name: kube-system }
      podSelector:
        matchLabels: { k8s-app: kube-dns }
  ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
{{- end }}
