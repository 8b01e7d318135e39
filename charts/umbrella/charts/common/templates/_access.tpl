{{- /* What the sidecars of a server need to tell the cluster which of them holds the lease: two objects, to patch by name. */}}
{{- define "common.lease.access" -}}
{{- if include "common.leased" . }}
{{- $name := include "common.name" . }}
{{- $labels := include "common.labels" . }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $name }}
  namespace: {{ .Release.Namespace }}
  labels: {{- $labels | nindent 4 }}
  # After a rollback to a chart without it, pods still name it: Kubernetes keeps the old field `serviceAccount` in a Deployment.
  annotations: { helm.sh/resource-policy: keep }
automountServiceAccountToken: false
---
apiVersion: coordination.k8s.io/v1
kind: Lease # shows who holds the lease on the volume; the sidecar fills it in
metadata:
  name: {{ $name }}
  namespace: {{ .Release.Namespace }}
  labels: {{- $labels | nindent 4 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ $name }}
  namespace: {{ .Release.Namespace }}
  labels: {{- $labels | nindent 4 }}
rules:
  - { apiGroups: [""], resources: [services], verbs: [patch], resourceNames: [{{ $name }}-sv] }
  - { apiGroups: [coordination.k8s.io], resources: [leases], verbs: [patch], resourceNames: [{{ $name }}] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $name }}
  namespace: {{ .Release.Namespace }}
  labels: {{- $labels | nindent 4 }}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ $name }} }
subjects: [{ kind: ServiceAccount, name: {{ $name }}, namespace: {{ .Release.Namespace }} }]
{{- end }}
{{- end }}
