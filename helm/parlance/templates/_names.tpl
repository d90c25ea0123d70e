{{/* The installation's name: prefix of every object. */}}
{{- define "parlance.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What selects this installation's pods: never changes over an upgrade. */}}
{{- define "parlance.selectorLabels" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "parlance.labels" -}}
{{ include "parlance.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "parlance.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "parlance.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{/* The headless service: gives every pod a name, and the metrics collector its list of pods. */}}
{{- define "parlance.podsService" -}}
{{- include "parlance.fullname" . }}-pods
{{- end -}}

{{/* The component that answers clients. */}}
{{- define "parlance.frontComponent" -}}
{{- ternary "all-in-one" "edge" (eq .Values.mode "all-in-one") -}}
{{- end -}}
