package compile

import (
	"net/netip"
	"slices"
	"testing"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// pods of two namespaces on two nodes. shop/db is the one whose filter is looked at.
const pods = `
- {metadata: {namespace: shop, name: db, labels: {app: db}}, spec: {nodeName: node1,
    initContainers: [{name: health, restartPolicy: Always, ports: [{name: health, containerPort: 9808}]},
                     {name: once, ports: [{name: once, containerPort: 1}]}],
    containers: [{name: db, ports: [{name: sql, containerPort: 5432}, {name: dns, protocol: UDP, containerPort: 53}]}]},
   status: {podIP: 10.42.1.2}}
- {metadata: {namespace: shop, name: web, labels: {app: web, tier: front}}, spec: {nodeName: node1,
    containers: [{name: web, ports: [{name: sql, containerPort: 1111}]}]}, status: {podIP: 10.42.1.3}}
- {metadata: {namespace: shop, name: far, labels: {app: web}}, spec: {nodeName: node2,
    containers: [{name: web, ports: [{name: sql, containerPort: 2222}]}]}, status: {podIP: 10.42.2.4}}
- {metadata: {namespace: other, name: web, labels: {app: web}}, spec: {nodeName: node2}, status: {podIP: 10.42.2.5}}
- {metadata: {namespace: other, name: job, labels: {app: job}}, spec: {nodeName: node1}, status: {podIP: 10.42.1.6}}
- {metadata: {namespace: shop, name: host, labels: {app: web}}, spec: {nodeName: node1, hostNetwork: true}, status: {podIP: 172.31.40.11}}
- {metadata: {namespace: shop, name: done, labels: {app: web}}, spec: {nodeName: node1}, status: {phase: Succeeded, podIP: 10.42.1.9}}
- {metadata: {namespace: shop, name: failed, labels: {app: db}}, spec: {nodeName: node1}, status: {phase: Failed, podIP: 10.42.1.8}}
- {metadata: {namespace: shop, name: six, labels: {app: web}}, spec: {nodeName: node1}, status: {podIP: "fd00::7"}}
`

const namespaces = `
- {metadata: {name: shop, labels: {team: a}}}
- {metadata: {name: other, labels: {team: b}}}
`

var (
	everything = []string{""}
	closed     = []string{}
	open       []string
)

func TestFilterOfAPod(t *testing.T) {
	for name, test := range map[string]struct {
		specs           string // of policies in the namespace shop
		ingress, egress []string
	}{
		"no policy: open":                      {``, open, open},
		"a policy for other pods: open":        {`[{podSelector: {matchLabels: {app: web}}}]`, open, open},
		"no types and no rules: ingress":       {`[{podSelector: {}}]`, closed, open},
		"no types, but an egress rule: both":   {`[{podSelector: {}, egress: [{}]}]`, closed, everything},
		"egress alone":                         {`[{podSelector: {}, policyTypes: [Egress]}]`, open, closed},
		"rules of a type that is not named":    {`[{podSelector: {}, policyTypes: [Egress], ingress: [{}]}]`, open, closed},
		"both types":                           {`[{podSelector: {}, policyTypes: [Ingress, Egress]}]`, closed, closed},
		"an empty rule: everything":            {`[{podSelector: {}, ingress: [{}]}]`, everything, open},
		"an empty list of peers: everything":   {`[{podSelector: {}, ingress: [{from: []}]}]`, everything, open},
		"selected by an expression":            {`[{podSelector: {matchExpressions: [{key: app, operator: In, values: [db, x]}]}}]`, closed, open},
		"not selected by an expression":        {`[{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [db]}]}}]`, open, open},
		"pods of the policy's own namespace":   {`[{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}]`, []string{"ip saddr { 10.42.1.3, 10.42.2.4 }"}, open},
		"all pods of the namespace":            {`[{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}]`, []string{"ip saddr { 10.42.1.2, 10.42.1.3, 10.42.2.4 }"}, open},
		"pods by an expression":                {`[{podSelector: {}, ingress: [{from: [{podSelector: {matchExpressions: [{key: tier, operator: Exists}]}}]}]}]`, []string{"ip saddr { 10.42.1.3 }"}, open},
		"nobody has these labels: closed":      {`[{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: no}}}]}]}]`, closed, open},
		"a namespace":                          {`[{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: b}}}]}]}]`, []string{"ip saddr { 10.42.1.6, 10.42.2.5 }"}, open},
		"all namespaces":                       {`[{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}]`, []string{"ip saddr { 10.42.1.2, 10.42.1.3, 10.42.1.6, 10.42.2.4, 10.42.2.5 }"}, open},
		"pods of a namespace: both selectors":  {`[{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: b}}, podSelector: {matchLabels: {app: web}}}]}]}]`, []string{"ip saddr { 10.42.2.5 }"}, open},
		"two peers: either":                    {`[{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: b}}}, {podSelector: {matchLabels: {tier: front}}}]}]}]`, []string{"ip saddr { 10.42.1.3, 10.42.1.6, 10.42.2.5 }"}, open},
		"a block":                              {`[{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.1.2.3/8}}]}]}]`, open, []string{"ip daddr 10.0.0.0/8"}},
		"a block with exceptions in it":        {`[{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 10.1.0.0/16]}}]}]}]`, open, []string{"ip daddr 0.0.0.0/0 ip daddr != 10.0.0.0/8 ip daddr != 10.1.0.0/16"}},
		"a block of IPv6 opens nothing":        {`[{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: "::/0"}}]}]}]`, closed, open},
		"a block beside pods":                  {`[{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 1.2.3.4/32}}, {podSelector: {matchLabels: {tier: front}}}]}]}]`, []string{"ip saddr { 10.42.1.3 }", "ip saddr 1.2.3.4/32"}, open},
		"a port is of TCP":                     {`[{podSelector: {}, ingress: [{ports: [{port: 80}]}]}]`, []string{"tcp dport 80"}, open},
		"ports of other protocols":             {`[{podSelector: {}, ingress: [{ports: [{port: 53, protocol: UDP}, {port: 9, protocol: SCTP}]}]}]`, []string{"udp dport 53", "sctp dport 9"}, open},
		"a range of ports":                     {`[{podSelector: {}, ingress: [{ports: [{port: 80, endPort: 90}]}]}]`, []string{"tcp dport 80-90"}, open},
		"a whole protocol":                     {`[{podSelector: {}, ingress: [{ports: [{protocol: UDP}]}]}]`, []string{"meta l4proto 17"}, open},
		"two ports for two kinds of peers":     {`[{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 1.2.3.4/32}}, {podSelector: {matchLabels: {tier: front}}}], ports: [{port: 1}, {port: 2}]}]}]`, []string{"ip saddr { 10.42.1.3 } tcp dport 1", "ip saddr 1.2.3.4/32 tcp dport 1", "ip saddr { 10.42.1.3 } tcp dport 2", "ip saddr 1.2.3.4/32 tcp dport 2"}, open},
		"a port for nobody":                    {`[{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: no}}}], ports: [{port: 1}]}]}]`, closed, open},
		"the pod's own named ports":            {`[{podSelector: {}, ingress: [{ports: [{port: sql}, {port: dns, protocol: UDP}, {port: health}]}]}]`, []string{"tcp dport 5432", "udp dport 53", "tcp dport 9808"}, open},
		"names that the pod has not":           {`[{podSelector: {}, ingress: [{ports: [{port: web}, {port: dns}, {port: once}]}]}]`, closed, open},
		"a named port differs from pod to pod": {`[{podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: sql}]}]}]`, open, []string{"ip daddr { 10.42.1.3 } tcp dport 1111", "ip daddr { 10.42.2.4 } tcp dport 2222"}},
		"a named port of everyone":             {`[{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: dns, protocol: UDP}]}]}]`, open, []string{"ip daddr { 10.42.1.2 } udp dport 53"}},
		"a named port of a block":              {`[{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: sql}]}]}]`, open, closed},
		"several policies: what any opens":     {`[{podSelector: {}}, {podSelector: {}, ingress: [{ports: [{port: 1}]}]}, {podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 2}]}]}, {podSelector: {}, policyTypes: [Egress]}]`, []string{"tcp dport 1", "tcp dport 2"}, closed},
	} {
		t.Run(name, func(t *testing.T) {
			table := compiled(t, "node1", fixture(t, test.specs))
			var found Filter
			for _, filter := range table.Filters {
				if filter.Pod == "shop/db" {
					found = filter
				}
			}
			check(t, "ingress", found.Closed.Ingress, found.Ingress, test.ingress)
			check(t, "egress", found.Closed.Egress, found.Egress, test.egress)
		})
	}
}

func check(t *testing.T, direction string, isClosed bool, is, want []string) {
	t.Helper()
	if isClosed != (want != nil) {
		t.Errorf("%s closed: %v", direction, isClosed)
	}
	if !slices.Equal(is, want) {
		t.Errorf("%s lets through %q, not %q", direction, is, want)
	}
}

func TestABrokenSelectorIsAnErrorWithTheNameOfItsPolicy(t *testing.T) {
	_, err := Compile("node1", netip.Prefix{}, fixture(t, `[{podSelector: {matchExpressions: [{key: app, operator: Like}]}}]`))
	if err == nil || err.Error() != `policy shop/a: "Like" is not a valid label selector operator` {
		t.Error(err)
	}
}

// fixture is the cluster with policies of these specs, named a, b, …
func fixture(t *testing.T, specs string) Cluster {
	t.Helper()
	cluster := Cluster{
		Pods:       parsed[[]*core.Pod](t, pods),
		Namespaces: parsed[[]*core.Namespace](t, namespaces),
	}
	for index, spec := range parsed[[]networking.NetworkPolicySpec](t, specs) {
		cluster.Policies = append(cluster.Policies, &networking.NetworkPolicy{
			ObjectMeta: meta.ObjectMeta{Namespace: "shop", Name: string(rune('a' + index))}, Spec: spec,
		})
	}
	return cluster
}

func parsed[T any](t *testing.T, text string) (value T) {
	t.Helper()
	if err := yaml.UnmarshalStrict([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func compiled(t *testing.T, node string, cluster Cluster) Table {
	t.Helper()
	table, err := Compile(node, netip.MustParsePrefix("10.42.1.0/24"), cluster)
	if err != nil {
		t.Fatal(err)
	}
	return table
}
