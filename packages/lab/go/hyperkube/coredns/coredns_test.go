package coredns

import (
	"flag"
	"strings"
	"testing"
)

// A new version of CoreDNS may have more flags.
func TestHideFlags(t *testing.T) {
	HideFlags()
	flag.VisitAll(func(f *flag.Flag) {
		if !strings.HasPrefix(f.Name, "test.") {
			t.Errorf("-%s is still a global flag: %s", f.Name, f.Usage)
		}
	})
}
