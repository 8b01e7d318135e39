// Package compile turns NetworkPolicies into the packet filter of one node. It does no I/O: objects go
// in, a table comes out.
//
// IPv4 only, like the lab's network. Pods with hostNetwork and pods that have ended are ignored: their addresses belong to
// the node, or to another pod by now.
package compile

import (
	"net/netip"
	"slices"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
)

// Cluster holds the policies, and the pods and namespaces that they can select.
type Cluster struct {
	Policies   []*networking.NetworkPolicy
	Pods       []*core.Pod
	Namespaces []*core.Namespace
}

// Table is the packet filter for the pods of one node.
type Table struct {
	// Filters of the pods that a policy selects, by address. A pod without one is not restricted.
	Filters []Filter
	// Known are the addresses of all the node's pods, with or without policies.
	Known []netip.Addr
	// Range of the node's pods; the zero value until it has one.
	Range netip.Prefix
	// Unknown says which directions are closed to addresses of Range that are not Known: those that a policy closes to
	// any pod of this node.
	Unknown Closed
}

// Closed are the directions in which traffic is denied, from the pod's point of view.
type Closed struct{ Ingress, Egress bool }

// Filter is the packet filter of one pod.
type Filter struct {
	Pod             string // namespace/name
	Address         netip.Addr
	Closed          Closed   // directions in which some policy isolates the pod
	Ingress, Egress []string // nft matches of what may pass all the same; "" matches everything
}

// Compile returns the table of a node.
//
// A pod's address is known about a second after its containers may use it: kubelet reports it once its own list of
// containers, which it renews each second, shows the sandbox. The same goes for another address, after the node or the
// sandbox was started again. Until then nobody can say which packets are the pod's, so the unknown addresses of a node
// are closed as long as it has isolated pods. These are not open for a moment, as the API's documentation wants it, if the
// table is applied before the sandbox of the first one has a network: both begin when the pod is given to the node, and
// the one takes some 50 ms, the other some 300. A pod that starts, an open one too, may be without the network for that
// second.
//
// See https://kubernetes.io/docs/concepts/services-networking/network-policies/#pod-lifecycle
func Compile(node string, podRange netip.Prefix, cluster Cluster) (Table, error) {
	all := newCompiler(cluster)
	table := Table{Range: podRange}
	for _, pod := range cluster.Pods {
		if pod.Spec.NodeName != node || !hasNetwork(pod) {
			continue
		}
		filter, err := all.filter(pod)
		if err != nil {
			return Table{}, err
		}
		table.Unknown.Ingress = table.Unknown.Ingress || filter.Closed.Ingress
		table.Unknown.Egress = table.Unknown.Egress || filter.Closed.Egress
		if !filter.Address.IsValid() || all.holder[filter.Address] != pod {
			continue
		}
		table.Known = append(table.Known, filter.Address)
		if filter.Closed != (Closed{}) {
			table.Filters = append(table.Filters, filter)
		}
	}
	slices.SortFunc(table.Known, netip.Addr.Compare)
	slices.SortFunc(table.Filters, func(a, b Filter) int { return a.Address.Compare(b.Address) })
	return table, nil
}

// hasNetwork reports whether the pod has, or will have, its own network namespace.
func hasNetwork(pod *core.Pod) bool {
	ended := pod.Status.Phase == core.PodSucceeded || pod.Status.Phase == core.PodFailed
	return !pod.Spec.HostNetwork && !ended
}

// addressOf returns the pod's IPv4 address; the zero value if it has none yet.
func addressOf(pod *core.Pod) netip.Addr {
	for _, ip := range append([]core.PodIP{{IP: pod.Status.PodIP}}, pod.Status.PodIPs...) {
		if address, err := netip.ParseAddr(ip.IP); err == nil && address.Is4() {
			return address
		}
	}
	return netip.Addr{}
}
