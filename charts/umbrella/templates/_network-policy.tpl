{{- /*
A selector of the pods NAME, of a server those of both members, from (list . NAME). By name, as pods of an earlier version have
no other label that members share.
*/}}
{{- define "bluecore.selector" -}}
{{- if has (last .) (list "dbserver" "redis" "elsearch") -}}
matchLabels: { app.kubernetes.io/instance: {{ (first .).Release.Name }} }
matchExpressions:
  - { key: app.kubernetes.io/name, operator: In, values: [{{ last . }}, {{ last . }}-2] }
{{- else -}}
matchLabels: {{- include "common.selector.of" . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* The start of a NetworkPolicy for the pods NAME, from (list . NAME). Both directions are closed except for its rules. */}}
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
  podSelector: {{- include "bluecore.selector" (list . $name) | nindent 4 }}
  policyTypes: [Ingress, Egress]
{{- end }}
{{- end }}

{{- /* Peers: the pods NAMES and the address RANGES, from (list . NAMES RANGES). */}}
{{- define "bluecore.peers" -}}
{{- $root := first . }}
{{- range index . 1 }}
- podSelector: {{- include "bluecore.selector" (list $root .) | nindent 4 }}
{{- end }}
{{- range last . }}
- ipBlock: { cidr: {{ quote . }} }
{{- end }}
{{- end }}

{{- /* TCP ports, from a list of numbers. */}}
{{- define "bluecore.ports" -}}
{{- range . }}
- { protocol: TCP, port: {{ . }} }
{{- end }}
{{- end }}

{{- /* An egress rule to PORT of the pods NAME, from (list . NAME PORT). Policies see the pod's address, not the Service's. */}}
{{- define "bluecore.to" -}}
- to: {{- include "bluecore.peers" (list (first .) (list (index . 1)) list) | trim | nindent 4 }}
  ports: {{- include "bluecore.ports" (list (last .)) | trim | nindent 4 }}
{{- end }}

{{- /* An egress rule to the API server. */}}
{{- define "bluecore.to.api" -}}
{{- with .Values.networkPolicy.apiServer }}
- to: {{- include "bluecore.peers" (list $ list .cidrs) | trim | nindent 4 }}
  ports: {{- include "bluecore.ports" .ports | trim | nindent 4 }}
{{- end }}
{{- end }}

{{- /* An egress rule to the site's fence; nothing without one. */}}
{{- define "bluecore.to.fence" -}}
{{- with .Values.global.lease.fence.url }}
{{- $url := urlParse . }}
- to: [{ ipBlock: { cidr: {{ $url.hostname }}/32 } }]
  {{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (eq $url.scheme "https" | ternary "443" "80") }}
  ports: {{- include "bluecore.ports" (list $port) | trim | nindent 4 }}
{{- end }}
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
