package compile

import (
	"fmt"
	"slices"
	"strings"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// toPort allows these peers to reach a port of the pod. A named port that the pod does not have allows nothing.
func (of peers) toPort(pod *core.Pod, port networking.NetworkPolicyPort) []string {
	number, has := numberOf(pod, port)
	if isNamed(port) && !has {
		return nil
	}
	return joined(of.matches("ip saddr"), portMatch(port, number))
}

// atPort allows traffic to a port of these peers. A named port may have another number in each pod, and means nothing
// for the addresses of a block.
func (of peers) atPort(port networking.NetworkPolicyPort) []string {
	if !isNamed(port) {
		return joined(of.matches("ip daddr"), portMatch(port, 0))
	}
	having := map[int32][]*core.Pod{}
	var numbers []int32
	for _, pod := range of.pods {
		if number, has := numberOf(pod, port); has {
			having[number] = append(having[number], pod)
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	var open []string
	for _, number := range slices.Compact(numbers) {
		open = append(open, addresses("ip daddr", having[number])+" "+portMatch(port, number))
	}
	return open
}

func joined(peers []string, port string) []string {
	var all []string
	for _, peer := range peers {
		all = append(all, strings.TrimSpace(peer+" "+port))
	}
	return all
}

func isNamed(port networking.NetworkPolicyPort) bool {
	return port.Port != nil && port.Port.Type == intstr.String
}

// numberOf looks up a named port in the pod's containers and sidecars (init containers with restartPolicy Always).
func numberOf(pod *core.Pod, port networking.NetworkPolicyPort) (int32, bool) {
	if !isNamed(port) {
		return 0, false
	}
	containers := slices.Clone(pod.Spec.Containers)
	for _, container := range pod.Spec.InitContainers {
		if container.RestartPolicy != nil && *container.RestartPolicy == core.ContainerRestartPolicyAlways {
			containers = append(containers, container)
		}
	}
	for _, container := range containers {
		for _, has := range container.Ports {
			if has.Name == port.Port.StrVal && protocolOf(&has.Protocol) == protocolOf(port.Protocol) {
				return has.ContainerPort, true
			}
		}
	}
	return 0, false
}

// protocolNumbers are used instead of names, which nft would look up in /etc/protocols.
var protocolNumbers = map[core.Protocol]int{core.ProtocolTCP: 6, core.ProtocolUDP: 17, core.ProtocolSCTP: 132}

// portMatch matches a port, a range of ports, or a whole protocol; number is that of a named port.
func portMatch(port networking.NetworkPolicyPort, number int32) string {
	protocol := strings.ToLower(string(protocolOf(port.Protocol)))
	switch {
	case port.Port == nil:
		return fmt.Sprintf("meta l4proto %d", protocolNumbers[protocolOf(port.Protocol)])
	case isNamed(port):
		return fmt.Sprintf("%s dport %d", protocol, number)
	case port.EndPort != nil:
		return fmt.Sprintf("%s dport %d-%d", protocol, port.Port.IntVal, *port.EndPort)
	default:
		return fmt.Sprintf("%s dport %d", protocol, port.Port.IntVal)
	}
}

// protocolOf returns the protocol, by default TCP.
func protocolOf(protocol *core.Protocol) core.Protocol {
	if protocol == nil || *protocol == "" {
		return core.ProtocolTCP
	}
	return *protocol
}
