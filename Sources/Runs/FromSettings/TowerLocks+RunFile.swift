import CLIP
import Settings

extension ModelSection {
  package var locks: TowerLocks { TowerLocks(image: learningImageGroups, text: learningTextGroups) }
}
