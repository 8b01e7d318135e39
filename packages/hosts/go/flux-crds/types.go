// Package fluxcrds only names the packages whose types controller-gen turns into CRDs, so that go.sum pins them.
package fluxcrds

import (
	_ "github.com/fluxcd/helm-controller/api/v2"
	_ "github.com/fluxcd/source-controller/api/v1"
)
