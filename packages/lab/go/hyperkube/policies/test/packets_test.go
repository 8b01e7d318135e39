package test

import (
	"net/netip"
	"testing"

	"bluecore.internal/lab/hyperkube/policies/compile"
)

// tableOf is the node's when its pods are known and these filters stand.
func tableOf(filters ...compile.Filter) compile.Table {
	return compile.Table{
		Filters: filters,
		Known:   []netip.Addr{netip.MustParseAddr(db), netip.MustParseAddr(web)},
		Range:   podRange,
	}
}

func filterOf(pod string, closed compile.Closed, ingress, egress []string) compile.Filter {
	return compile.Filter{Pod: pod, Address: netip.MustParseAddr(pod), Closed: closed, Ingress: ingress, Egress: egress}
}

func TestPackets(t *testing.T) {
	newNode(t)
	ingress, egress := compile.Closed{Ingress: true}, compile.Closed{Egress: true}
	both := compile.Closed{Ingress: true, Egress: true}
	for name, test := range map[string]struct {
		table           compile.Table
		passes, dropped []string // of ways
	}{
		"no filter: everything passes": {
			tableOf(),
			[]string{"web>db:80", "far>db:80", "db>far:80", "db>node:80", "node>db:80", "far>db:53"}, nil,
		},
		"closed for ingress: the node and the pod itself reach it": {
			tableOf(filterOf(db, ingress, nil, nil)),
			[]string{"node>db:80", "node>db:53", "db>db:80", "db>web:80", "db>far:53", "db>node:80", "far>web:80"},
			[]string{"web>db:80", "far>db:80", "far>db:53"},
		},
		"closed for egress: answers are no egress": {
			tableOf(filterOf(db, egress, nil, nil)),
			[]string{"node>db:80", "web>db:80", "far>db:80", "far>db:53", "db>db:80"},
			[]string{"db>web:80", "db>far:80", "db>far:53", "db>node:80"},
		},
		"a rule opens a port to an address": {
			tableOf(filterOf(db, ingress, []string{"ip saddr { 10.42.2.4 } tcp dport 80"}, nil)),
			[]string{"far>db:80"}, []string{"far>db:81", "far>db:53", "web>db:80"},
		},
		"all forms of a match": {
			tableOf(filterOf(db, both,
				[]string{"ip saddr { 10.42.1.3, 10.42.2.9 } tcp dport 80-81", "meta l4proto 17", "sctp dport 9"},
				[]string{"ip daddr 10.0.0.0/8 ip daddr != 10.42.2.0/24 ip daddr != 10.42.0.0/24 udp dport 53"})),
			[]string{"web>db:80", "web>db:81", "far>db:53", "db>web:53", "db>node:53"},
			[]string{"far>db:80", "db>web:80", "db>far:53"},
		},
		"everything is open": {
			tableOf(filterOf(db, both, []string{""}, []string{""})),
			[]string{"web>db:80", "far>db:53", "db>far:81", "db>node:80"}, nil,
		},
		"a packet has to pass its sender's filter and its receiver's": {
			tableOf(
				filterOf(db, ingress, []string{"tcp dport 80"}, nil),
				filterOf(web, egress, nil, []string{"tcp dport 81"})),
			[]string{"far>db:80"}, []string{"web>db:80", "web>db:81"},
		},
		"a pod that starts is closed at its unknown address": {
			compile.Table{Known: []netip.Addr{netip.MustParseAddr(web)}, Range: podRange, Unknown: both},
			[]string{"node>db:80", "node>node:80", "web>far:80", "far>web:80"},
			[]string{"far>db:80", "web>db:80", "db>far:80", "db>far:53", "db>node:80"},
		},
		"a pod that starts, closed for ingress alone": {
			compile.Table{Range: podRange, Unknown: ingress},
			[]string{"db>far:80"}, []string{"far>db:80"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			load(t, test.table)
			for _, way := range test.passes {
				if !passes(t, way) {
					t.Errorf("%s is dropped by\n%s", way, test.table)
				}
			}
			for _, way := range test.dropped {
				if passes(t, way) {
					t.Errorf("%s passes\n%s", way, test.table)
				}
			}
		})
	}
	t.Run("a Service without pods is refused, not passed over in silence", func(t *testing.T) {
		load(t, tableOf(filterOf(db, both, nil, nil)))
		if passes, refused := try(t, "db>service:80"); passes || !refused {
			t.Errorf("passes: %v, refused: %v", passes, refused)
		}
		if _, refused := try(t, "db>far:80"); refused {
			t.Error("everything is refused")
		}
	})
	t.Run("a connection that stands outlives the policy that closes its way", func(t *testing.T) {
		load(t, tableOf())
		connection, err := connect(t, far, "tcp4", db+":80")
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		load(t, tableOf(filterOf(db, both, nil, nil)))
		if !answers(connection) {
			t.Error("it is broken")
		}
	})
	t.Run("a table that nft refuses leaves the one of before", func(t *testing.T) {
		load(t, tableOf(filterOf(db, ingress, nil, nil)))
		if err := nftInside(t, tableOf(filterOf(db, ingress, []string{"no such match"}, nil))); err == nil {
			t.Error("loaded")
		}
		if passes(t, "far>db:80") {
			t.Error("the table of before is gone")
		}
	})
}
