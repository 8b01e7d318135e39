// Package operator pins the module that carries the definitions of PodMonitor and PrometheusRule: an import keeps it in go.mod.
package operator

import _ "github.com/prometheus-operator/prometheus-operator/pkg/versionutil"
