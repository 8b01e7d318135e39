package compile

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const closesAll = `[{podSelector: {}, policyTypes: [Ingress, Egress]}]`

func addressesOf(table Table) map[string]string {
	found := map[string]string{}
	for _, filter := range table.Filters {
		found[filter.Address.String()] = filter.Pod
	}
	return found
}

func TestANodeFiltersItsOwnPodsAlone(t *testing.T) {
	cluster := fixture(t, closesAll)
	for node, want := range map[string]string{"node1": "shop/db shop/web", "node2": "shop/far", "node3": ""} {
		var pods []string
		for _, filter := range compiled(t, node, cluster).Filters {
			pods = append(pods, filter.Pod)
		}
		if found := strings.Join(pods, " "); found != want {
			t.Errorf("%s filters %q, not %q", node, found, want)
		}
	}
	known := compiled(t, "node1", cluster).Known
	want := []netip.Addr{netip.MustParseAddr("10.42.1.2"), netip.MustParseAddr("10.42.1.3"), netip.MustParseAddr("10.42.1.6")}
	if !slices.Equal(known, want) {
		t.Errorf("knows %v: neither ended pods nor those of the host's network", known)
	}
}

func TestAPodThatStartedAgainIsFilteredAtItsNewAddress(t *testing.T) {
	cluster := fixture(t, closesAll)
	cluster.Pods[0].Status.PodIP = "10.42.1.77"
	found := addressesOf(compiled(t, "node1", cluster))
	if found["10.42.1.77"] != "shop/db" || found["10.42.1.2"] != "" {
		t.Error(found)
	}
}

func TestAnAddressGivenOnIsThatOfItsNewPod(t *testing.T) {
	now := meta.Now()
	earlier := meta.NewTime(now.Add(-time.Minute))
	for name, prepare := range map[string]func(old, young *meta.ObjectMeta){
		"the old one is on its way out": func(old, _ *meta.ObjectMeta) { old.DeletionTimestamp = &now },
		"the new one is younger":        func(old, young *meta.ObjectMeta) { old.CreationTimestamp, young.CreationTimestamp = earlier, now },
	} {
		t.Run(name, func(t *testing.T) {
			cluster := fixture(t, closesAll)
			old, young := cluster.Pods[0], cluster.Pods[1]
			young.Status.PodIP = old.Status.PodIP
			prepare(&old.ObjectMeta, &young.ObjectMeta)
			for range 2 {
				found := addressesOf(compiled(t, "node1", cluster))
				if len(found) != 1 || found["10.42.1.2"] != "shop/web" {
					t.Error(found)
				}
				slices.Reverse(cluster.Pods)
			}
		})
	}
}

func TestUnknownAddressesAreClosedAsAnyPodOfTheNodeIs(t *testing.T) {
	for name, test := range map[string]struct {
		specs string
		want  Closed
	}{
		"no policy":             {``, Closed{}},
		"closed for ingress":    {`[{podSelector: {matchLabels: {app: db}}}]`, Closed{Ingress: true}},
		"closed for both":       {closesAll, Closed{Ingress: true, Egress: true}},
		"others are closed":     {`[{podSelector: {matchLabels: {app: web}}}]`, Closed{}},
		"one each, in two ways": {`[{podSelector: {}, policyTypes: [Egress]}, {podSelector: {}}]`, Closed{Ingress: true, Egress: true}},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := fixture(t, test.specs)
			cluster.Pods = cluster.Pods[:1]
			for _, address := range []string{"", "10.42.1.2"} { // it starts, and it may start again with another
				cluster.Pods[0].Status.PodIP = address
				if found := compiled(t, "node1", cluster).Unknown; found != test.want {
					t.Errorf("at %q: %v", address, found)
				}
			}
			if found := compiled(t, "node2", cluster).Unknown; found != (Closed{}) {
				t.Error("on another node", found)
			}
		})
	}
}

func TestTheOrderOfTheListsDoesNotMatter(t *testing.T) {
	specs := `[{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}, {podSelector: {}, ingress: [{ports: [{port: 1}]}]}]`
	cluster := fixture(t, specs)
	before := compiled(t, "node1", cluster).String()
	slices.Reverse(cluster.Pods)
	slices.Reverse(cluster.Policies)
	slices.Reverse(cluster.Namespaces)
	if after := compiled(t, "node1", cluster).String(); after != before {
		t.Errorf("%s\nis not\n%s", after, before)
	}
}
