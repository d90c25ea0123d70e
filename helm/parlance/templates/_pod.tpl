{{/*
A pod of one component. Takes (dict "root" $ "component" "engine" "roles" "engine" "values" .Values.engine).
Its data folder is the volume `data`: a claim where `persistence` is among its values, else lost with the pod.
*/}}
{{- define "parlance.podTemplate" -}}
{{- $root := .root -}}
metadata:
  labels:
    {{- include "parlance.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
  annotations:
    # Pods are replaced when their configuration changes.
    parlance/configuration: {{ include "parlance.configuration" $root | sha256sum }}
    {{- with .values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "parlance.serviceAccountName" $root }}
  automountServiceAccountToken: false
  # The variables that Kubernetes adds for each service (PARLANCE_PORT=tcp://…) would read as settings.
  enableServiceLinks: false
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: parlance
      image: {{ printf "%s:%s" $root.Values.image.repository ($root.Values.image.tag | default $root.Chart.AppVersion) | quote }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: ['node', '--enable-source-maps', 'dist/runtime/cli/parlance.js', 'start']
      env:
        {{- include "parlance.environment" . | nindent 8 }}
      ports:
        - name: http
          containerPort: {{ $root.Values.http.port }}
      startupProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 5
        # Five minutes: the engine first reads what its journal has beyond the last checkpoint.
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /readyz, port: http }
        periodSeconds: 5
        timeoutSeconds: 5
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: ['ALL']
      resources:
        {{- toYaml .values.resources | nindent 8 }}
      volumeMounts:
        {{- include "parlance.mounts" $root | nindent 8 }}
  volumes:
    {{- include "parlance.volumes" . | nindent 4 }}
  {{- with .values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* Secrets are files, not variables: those would show in `kubectl describe` and in a crash report. */}}
{{- define "parlance.environment" -}}
- name: PARLANCE_CONFIG
  value: /etc/parlance/parlance.yaml
- name: PARLANCE_ROLES
  value: {{ .roles | quote }}
# Before Kubernetes kills it.
- name: PARLANCE_STOP_SECONDS
  value: {{ max 1 (sub .values.terminationGracePeriodSeconds 5) | quote }}
{{- if .root.Values.broker.existingSecret }}
- name: PARLANCE_BROKER_TOKEN_FILE
  value: /etc/parlance-secrets/broker/token
{{- end }}
{{- if .root.Values.store.existingSecret }}
- name: PARLANCE_STORE_PASSWORD_FILE
  value: /etc/parlance-secrets/store/password
{{- end }}
{{- if .root.Values.probe.existingSecret }}
- name: PARLANCE_PROBE_KEY_FILE
  value: /etc/parlance-secrets/probe/key
{{- end }}
{{- end -}}

{{- define "parlance.mounts" -}}
- name: data
  mountPath: /var/lib/parlance
- name: keys
  mountPath: /var/lib/parlance/keys.json
  subPath: keys.json
  readOnly: true
- name: configuration
  mountPath: /etc/parlance
  readOnly: true
- name: temporary
  mountPath: /tmp
{{- if .Values.broker.existingSecret }}
- name: broker-secret
  mountPath: /etc/parlance-secrets/broker
  readOnly: true
{{- end }}
{{- if .Values.store.existingSecret }}
- name: store-secret
  mountPath: /etc/parlance-secrets/store
  readOnly: true
{{- end }}
{{- if .Values.probe.existingSecret }}
- name: probe-secret
  mountPath: /etc/parlance-secrets/probe
  readOnly: true
{{- end }}
{{- if .Values.fetch.existingSecret }}
- name: source-secrets
  mountPath: /etc/parlance-secrets/sources/{{ .Values.defaultTenant.name }}
  readOnly: true
{{- end }}
{{- range $index, $tenant := keys .Values.fetch.tenantSecrets | sortAlpha }}
- name: source-secrets-{{ $index }}
  mountPath: /etc/parlance-secrets/sources/{{ $tenant }}
  readOnly: true
{{- end }}
{{- if .Values.eventSchemas.existingConfigMap }}
- name: event-schemas
  mountPath: /etc/parlance-event-schemas
  readOnly: true
{{- end }}
{{- if .Values.conversations.existingConfigMap }}
- name: conversations
  mountPath: /etc/parlance-conversations
  readOnly: true
{{- end }}
{{- end -}}

{{- define "parlance.volumes" -}}
{{- $values := .root.Values -}}
- name: keys
  secret:
    secretName: {{ $values.keys.existingSecret }}
    defaultMode: 0440
    items:
      - { key: {{ $values.keys.key | quote }}, path: keys.json }
- name: configuration
  configMap:
    name: {{ include "parlance.fullname" .root }}
- name: temporary
  emptyDir: {}
{{- if not .values.persistence }}
- name: data
  emptyDir: {}
{{- end }}
{{- with $values.broker.existingSecret }}
- name: broker-secret
  secret:
    secretName: {{ . }}
    defaultMode: 0440
    items:
      - { key: {{ $values.broker.tokenKey | quote }}, path: token }
{{- end }}
{{- with $values.store.existingSecret }}
- name: store-secret
  secret:
    secretName: {{ . }}
    defaultMode: 0440
    items:
      - { key: {{ $values.store.passwordKey | quote }}, path: password }
{{- end }}
{{- with $values.probe.existingSecret }}
- name: probe-secret
  secret:
    secretName: {{ . }}
    defaultMode: 0440
    items:
      - { key: {{ $values.probe.secretKey | quote }}, path: key }
{{- end }}
{{- with $values.fetch.existingSecret }}
- name: source-secrets
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- range $index, $tenant := keys $values.fetch.tenantSecrets | sortAlpha }}
- name: source-secrets-{{ $index }}
  secret:
    secretName: {{ get $values.fetch.tenantSecrets $tenant }}
    defaultMode: 0440
{{- end }}
{{- with $values.eventSchemas.existingConfigMap }}
- name: event-schemas
  configMap:
    name: {{ . }}
{{- end }}
{{- with $values.conversations.existingConfigMap }}
- name: conversations
  configMap:
    name: {{ . }}
{{- end }}
{{- end -}}
