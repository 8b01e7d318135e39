package controller

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bluecore.internal/lab/hyperkube/policies/compile"
)

func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		changes := make(chan time.Time, 1)
		var table compile.Table
		var applied []string
		failures := 0
		ended := make(chan error, 1)
		go func() {
			ended <- follow(ctx, changes, func() (compile.Table, error) { return table, nil }, func(_ context.Context, text string) error {
				if failures > 0 {
					failures--
					return errors.New("no nft today")
				}
				applied = append(applied, text)
				return nil
			})
		}()
		change := func() {
			changes <- time.Now()
			time.Sleep(time.Minute)
		}
		change()
		change() // and yet nothing is different
		if len(applied) != 1 {
			t.Fatalf("applied %d times", len(applied))
		}
		table.Known = []netip.Addr{netip.MustParseAddr("10.42.1.2")}
		table.Filters = []compile.Filter{{Address: table.Known[0], Closed: compile.Closed{Ingress: true}}}
		failures = attempts - 1
		change()
		if len(applied) != 2 || applied[1] == applied[0] {
			t.Fatalf("applied %d times; the last of %d attempts succeeds", len(applied), attempts)
		}
		table.Filters = nil
		failures = attempts
		change()
		select {
		case err := <-ended:
			if err == nil || !strings.HasSuffix(err.Error(), "no nft today") {
				t.Error(err)
			}
		default:
			t.Error("goes on after its last attempt")
		}
		cancel()
	})
}
