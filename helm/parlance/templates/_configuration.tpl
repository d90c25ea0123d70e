{{/* parlance.yaml: keys as in docs/configuration.md. Secrets are not among them. */}}
{{- define "parlance.configuration" -}}
dataFolder: /var/lib/parlance
broker:
  url: {{ .Values.broker.url | quote }}
  {{- with .Values.broker.adminUrl }}
  adminUrl: {{ . | quote }}
  {{- end }}
store:
  url: {{ .Values.store.url | quote }}
  database: {{ .Values.store.database | quote }}
  {{- with .Values.store.username }}
  username: {{ . | quote }}
  {{- end }}
  {{- with .Values.store.cluster }}
  cluster: {{ . | quote }}
  {{- end }}
  keepEventsMonths: {{ .Values.store.keepEventsMonths }}
  keepStepsMonths: {{ .Values.store.keepStepsMonths }}
  keepDeadLettersMonths: {{ .Values.store.keepDeadLettersMonths }}
  keepSamplesMonths: {{ .Values.store.keepSamplesMonths }}
  {{- with .Values.store.storagePolicy }}
  storagePolicy: {{ . | quote }}
  {{- end }}
  {{- with .Values.store.coldVolume }}
  coldVolume: {{ . | quote }}
  {{- end }}
  coldAfterMonths: {{ .Values.store.coldAfterMonths }}
http:
  host: 0.0.0.0
  port: {{ .Values.http.port }}
  maxWaiting: {{ .Values.http.maxWaiting | int64 }}
defaultTenant:
  name: {{ .Values.defaultTenant.name | quote }}
  partitions: {{ .Values.defaultTenant.partitions }}
companies: {{ .Values.companies | toJson }}
{{- if .Values.conversations.existingConfigMap }}
conversations: [/etc/parlance-conversations]
{{- end }}
{{- if .Values.eventSchemas.existingConfigMap }}
eventSchemas: [/etc/parlance-event-schemas]
{{- end }}
log:
  level: {{ .Values.log.level }}
  format: {{ .Values.log.format }}
webchat:
  enabled: {{ .Values.webchat.enabled }}
  title: {{ .Values.webchat.title | quote }}
  allowedOrigins: {{ .Values.webchat.allowedOrigins | toJson }}
fetch:
  {{- if or .Values.fetch.existingSecret .Values.fetch.tenantSecrets }}
  secretsFolder: /etc/parlance-secrets/sources
  {{- end }}
  allowedNetworks: {{ .Values.fetch.allowedNetworks | toJson }}
  maxResponseBytes: {{ .Values.fetch.maxResponseBytes | int64 }}
  maxConcurrent: {{ .Values.fetch.maxConcurrent }}
  maxConcurrentPerHost: {{ .Values.fetch.maxConcurrentPerHost }}
handoff:
  enabled: {{ .Values.handoff.enabled }}
schedules:
  enabled: {{ .Values.schedules.enabled }}
probe:
  {{- if .Values.probe.enabled }}
  {{- $conversations := ternary "/etc/parlance-conversations" "conversations" (ne .Values.conversations.existingConfigMap "") }}
  scenarios:
    {{- range .Values.probe.scenarios }}
    - {{ printf "%s/%s" $conversations . | quote }}
    {{- else }}
    - {{ $conversations }}
    {{- end }}
  {{- end }}
  intervalSeconds: {{ .Values.probe.intervalSeconds | int64 }}
  timeoutSeconds: {{ .Values.probe.timeoutSeconds | int64 }}
  timePasses: {{ .Values.probe.timePasses }}
  {{- with .Values.probe.url }}
  url: {{ . | quote }}
  {{- end }}
baseline:
  enabled: {{ .Values.baseline.enabled }}
{{- end -}}
