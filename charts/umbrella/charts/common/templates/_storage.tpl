{{- /* Name of the claim a chart's pods mount. */}}
{{- define "common.claim" -}}
{{ .Values.storage.existingClaim | default (include "common.claim.own" .) }}
{{- end }}

{{- /* Name of the claim that the chart makes. */}}
{{- define "common.claim.own" -}}
{{- eq .Chart.Name "misskey" | ternary "files" (include "common.name" .) -}}
{{- end }}

{{- /* Where the volume of a chart is on the NAS, as server:/path; empty with a StorageClass or a claim of the user's. */}}
{{- define "common.storage.source" -}}
{{- with .Values.storage -}}
{{- if not (or .class .existingClaim) -}}
{{ .nfs.server | default $.Values.global.nfs.server }}:{{ .nfs.path }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Options by which the volume of a chart is mounted, as a list in JSON. */}}
{{- define "common.storage.options" -}}
{{- .Values.storage.mountOptions | default .Values.global.nfs.mountOptions | toJson -}}
{{- end }}

{{- /*
The first init container of a pod with a volume: whether the server can use what is mounted. It runs as the server's user
and says what to type on the NAS. The volume must be called "data", or "files" for Misskey.
*/}}
{{- define "common.storage.check" -}}
{{- $usedBy := get (dict "misskey" "Misskey" "postgresql" "PostgreSQL" "redis" "Redis" "elasticsearch" "Elasticsearch") .Chart.Name }}
{{- $env := dict "STORAGE_PATH" "/volume" "STORAGE_USED_BY" $usedBy }}
{{- with include "common.storage.source" . }}
  {{- $env = merge $env (dict "STORAGE_SOURCE" . "STORAGE_OPTIONS" (include "common.storage.options" $ | fromJsonArray | join ",")) }}
{{- end }}
{{- $volume := eq .Chart.Name "misskey" | ternary "files" "data" }}
{{- include "common.setup" (dict "root" . "name" "storage" "args" (list "storage") "env" $env "writes" (dict $volume "/volume")) }}
{{- end }}

{{- /*
A static NFS volume and its claim, bound to each other and kept when the release goes; with a StorageClass the claim
alone; with a claim of the user's own nothing. Volumes are the cluster's, so their names carry the namespace.
*/}}
{{- define "common.storage" -}}
{{- $storage := .Values.storage }}
{{- $claim := include "common.claim.own" . }}
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
  accessModes: [{{ eq $claim "files" | ternary "ReadWriteMany" "ReadWriteOnce" }}]
  storageClassName: {{ $storage.class }}
  {{- else }}
  accessModes: [ReadWriteMany]
  storageClassName: "" # without it the cluster's default class would be stamped on, and the volume never bound
  volumeName: {{ $volume }}
  {{- end }}
  resources: { requests: { storage: {{ $storage.size }} } }
{{- end }}
{{- end }}
