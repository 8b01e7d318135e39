{{- /* Name of the claim that a chart's pods mount. */}}
{{- define "common.claim" -}}
{{ .Values.storage.existingClaim | default .Chart.Annotations.claim }}
{{- end }}

{{- /* Where a chart's volume is on the NAS, as server:/path; empty with a StorageClass or an existing claim. */}}
{{- define "common.storage.source" -}}
{{- with .Values.storage -}}
{{- if not (or .class .existingClaim) -}}
{{ .nfs.server | default $.Values.global.nfs.server }}:{{ .nfs.path }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The mount options of a chart's volume, as a JSON list. */}}
{{- define "common.storage.options" -}}
{{- .Values.storage.mountOptions | default .Values.global.nfs.mountOptions | toJson -}}
{{- end }}

{{- /*
The first init container of a pod with a volume: checks that the server can use what is mounted. It runs as the server's
user, and its message says what to type on the NAS.
*/}}
{{- define "common.storage.check" -}}
{{- $env := dict "STORAGE_PATH" "/volume" "STORAGE_USED_BY" .Chart.Annotations.title }}
{{- with include "common.storage.source" . }}
  {{- $env = merge $env (dict "STORAGE_SOURCE" . "STORAGE_OPTIONS" (include "common.storage.options" $ | fromJsonArray | join ",")) }}
{{- end }}
{{- $env = merge $env (include "common.lease.owner" . | fromJson) }}
{{- $writes := dict .Chart.Annotations.volume "/volume" }}
{{- include "common.setup" (dict "root" . "name" "storage" "args" (list "storage") "env" $env "writes" $writes) }}
{{- end }}

{{- /*
A static NFS volume and its claim, bound to each other and kept on uninstall; with a StorageClass only the claim; with an
existing claim nothing. Volumes are cluster-scoped, so their names contain the namespace.
*/}}
{{- define "common.storage" -}}
{{- $storage := .Values.storage }}
{{- $claim := .Chart.Annotations.claim }}
{{- $volume := printf "%s-%s" .Release.Namespace $claim }}
{{- if not (or $storage.class $storage.existingClaim) }}
apiVersion: v1
kind: PersistentVolume
metadata:
  name: {{ $volume }}
  labels: {{- include "common.labels" . | nindent 4 }}
  annotations: { helm.sh/resource-policy: keep }
spec:
  capacity: { storage: {{ $storage.size }} }
  accessModes: [ReadWriteMany]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: ""
  mountOptions: {{- include "common.storage.options" . | fromJsonArray | toYaml | nindent 4 }}
  claimRef: { apiVersion: v1, kind: PersistentVolumeClaim, namespace: {{ .Release.Namespace }}, name: {{ $claim }} }
  nfs:
    server: {{ $storage.nfs.server | default .Values.global.nfs.server }}
    path: {{ $storage.nfs.path }}
---
{{- end }}
{{- if not $storage.existingClaim }}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ $claim }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "common.labels" . | nindent 4 }}
  annotations: { helm.sh/resource-policy: keep }
spec:
  {{- if $storage.class }}
  accessModes: [{{ .Chart.Annotations.access }}]
  storageClassName: {{ $storage.class }}
  {{- else }}
  accessModes: [ReadWriteMany]
  storageClassName: "" # otherwise Kubernetes sets the default class, and the claim never binds
  volumeName: {{ $volume }}
  {{- end }}
  resources: { requests: { storage: {{ $storage.size }} } }
{{- end }}
{{- end }}
