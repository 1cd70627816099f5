/// What the rungs of the ladder show, by their sources' own names for it: a line a concept, found in November 2026 in
/// tuxpaint-stamps 2022.06.04, openclipart-svg 0.18, CLDR 42, Tabler Icons 3 by title and sorted by eye.
///
///     class | concept | emoji by CLDR's names | photographs and | drawings of Tux Paint | drawings of openclipart | Tabler's icons
///
/// Files by their names without folder, or with a part of it, and without ending. What a source has nothing of stays empty.
enum LadderConcepts {
  static let table = """
    fruit | apple | red apple, green apple | apple_fuji apple_granny_smith apple_green apple_red apple_sierra_beauty | apple | apple_bitten_dan_gerhard_01 apple_with_worm_dan_gerh_01 an_apple_01 another_apple_01 apple_bw apple_martin_schmidt-li_01r applf cartoon_apple_k_yager_01 | apple
    fruit | strawberry | strawberry | Strawberry2 strawberry | strawberry | strawberry_01 strawberry_jonathan_diet_01 |
    fruit | cherry | cherries | Cherry_Stella | cherries cherries2 | cherry_jean_victor_balin_ cherry_jonathan_dietrich_01 | cherry
    fruit | banana | banana | banana | banana | bananas_nicu_buculei_01 |
    fruit | grapes | grapes | grapes | grapes | grape_01 grapes_01 grapes_leif_lodahl_02 |
    fruit | kiwi | kiwi fruit | kiwi | | |
    fruit | lemon | lemon | lemon | lemon lemon_slice | | lemon
    fruit | orange | tangerine | mandarine orange orange_seville sliced_orange | orange | orange_dave_pena_01 orange_slice_jonathan_di_01 orange_wedge orange_wedge_bw rondelle_d_orange_01 rondelle_orange_01 |
    fruit | mango | mango | mango | | |
    fruit | pear | pear | pear | pear | green_pear_01 pera_architetto_francesc_01 |
    fruit | pineapple | pineapple | pineapple | pineapple | |
    fruit | avocado | avocado | avocado | | | avocado
    vegetable | broccoli | broccoli | broccoli | | |
    vegetable | carrot | carrot | carrot | | what_s_up_doc_01 | carrot
    vegetable | chili pepper | hot pepper | chilepepper | | cayenne_pepper_1_simple_01 cayennepepperrevisited_d_01 peperoncino_pepper_fra_ | pepper
    vegetable | corn | ear of corn | corn | | corn_cob corn_cob_bw pannocchia_di_gran_turc_01 |
    vegetable | eggplant | eggplant | vegetables/eggplant | | |
    vegetable | garlic | garlic | garlic garlics | | aglio_architetto_frances_01 |
    vegetable | lettuce | leafy green | lettuce redlettuce | | |
    vegetable | onion | onion | onion | | onion_joerg_rosenbauer_01 |
    vegetable | bell pepper | bell pepper | pepper yellowpepper | | |
    vegetable | potato | potato | potato | | potato_nicu_buculei_ potato_nicu_buculei_01 |
    vegetable | sweet potato | roasted sweet potato | yam | | |
    vegetable | ginger | ginger root | ginger | | |
    vegetable | tomato | tomato | tomato | | pomodori_architetto_fran_01 |
    vegetable | mushroom | mushroom | mushroom cep cep-1 cep-2 | toadstool | champignon_01 mushroom_benji_park_ toadstool_daniel_steele_r | mushroom
    vegetable | pumpkin | jack-o-lantern | pumpkin_small | jackolantern_mean | pumpkin2_yemu_01 pumpkin_erik_postma_01 zucca_architetto_frances_01 | pumpkin-scary
    animal | gorilla | gorilla | gorilla | | |
    animal | monkey | monkey, monkey face | chimp tamarin_emperor | | angry_monkey_benji_park_01 crazy_monkey_shandy_brow_01 happy_monkey_benji_park_01 monkey_head_nicu_buculei_01 sailor_monkey_nicu_bucul_01 |
    animal | dolphin | dolphin | dolphin | | |
    animal | whale | whale, spouting whale | orca whale | | orca_matthew_gates_r |
    animal | otter | otter | otter | | |
    animal | seal | seal | sea_lion | | seal_sek_ |
    animal | badger | badger | badger | | |
    animal | bear | bear | bear european-bear | | bear_peterm_01 ours_etienne_bersac_r |
    animal | bison | bison | bison | | bison_leif_lodahl_01 |
    animal | bull | ox | bull zebu | | bull_utrescu_ |
    animal | cow | cow, cow face | cow cow_white | | mhooo_peterm_ vacca_pezzata_rossa_val_01 |
    animal | goat | goat | goat mountaingoat | | goat_nicu_buculei_01 |
    animal | deer | deer | caribou deer doe wapiti | | deer_matt_todd_01 fawn_mo_01 | deer
    animal | ram | ram | ram | | dall_sheep_ram_ganson |
    animal | sheep | ewe | sheep sheep_lamb | | pecora_architetto_france_01 |
    animal | camel | two-hump camel | camel | | camel_head_01 |
    animal | dromedary | camel | dromedary | | |
    animal | lion | lion | lion lion-2 | lion | leone_01_architetto_fran_01 leone_02_architetto_fran_01 leone_architetto_frances_01 |
    animal | tiger | tiger, tiger face | tiger tiger_sumatran | | b_w_tiger_susan_park_01 color_tiger_susan_park_01 tiger_graig_ryan_smith_-_01 |
    animal | dog | dog, dog face, guide dog, poodle | dog dingo | | dog_on_leash_gerald_g__01 beagle_copper_ganson black_lab_ganson bobi_architetto_francesc_01 bored_dog_01 bulldog_puppy_ganson dog_head_nicu_buculei_01 | dog
    animal | fox | fox | fox | | |
    animal | elephant | elephant | elephant | | elefante01_architetto_fr_01 elefante02_architetto_fr_01 elephant_01 elephant_outline_matthe_r elephant_symbol_ganson |
    animal | donkey | donkey | donkey donkey_eating | | |
    animal | horse | horse, horse face | horse | | horse_1_konstantin_r__01 horse_2_konstantin_r__01 | horse
    animal | zebra | zebra | zebra | zebra2 | |
    animal | giraffe | giraffe | giraffe | | |
    animal | hippopotamus | hippopotamus | hippopotamus | | |
    animal | pig | pig, pig face | pig pig_golden pig_golden2 | | a_simple_pig_01 pig_marcelo_caiafa1 porcinet_01 squeek_peterm_ | pig
    animal | boar | boar | wildboar | | |
    animal | rabbit | rabbit, rabbit face | rabbit_little rabbit-2 rabbit | bunny bunny-head | bunny_01 coniglio_architetto_fran_01 |
    animal | rhinoceros | rhinoceros | rhino_black | | rhinoceros_3d_architetto_01 rhinoceros_architetto_fr_01 |
    animal | beaver | beaver | beaver | | |
    animal | mouse | mouse, mouse face | mouse | | topo_architetto_francesc_01 |
    animal | rat | rat | rat | | |
    animal | squirrel | chipmunk | squirrel | | cartoon_squirrel_mike_sm1 |
    animal | kangaroo | kangaroo | kangaroo | kangaroo-silo | canguro_architetto_franc_01 |
    animal | koala | koala | koala | | |
    animal | grasshopper | cricket | grasshopper | | cavalletta_architetto_fr_01 grass_hopper_02 |
    animal | frog | frog | frog frog-1 | | red-eye_frog_mirko_maisc_01 |
    animal | lizard | lizard | iguana | | az-lizard_benji_park_01 lucertola_architetto_fra_01 lucertolona_architetto_f_01 lucertolone_architetto_f_01 ramarro_architetto_franc_01 |
    bird | chicken | chicken | hen chicken_profile | | hen_01 |
    bird | rooster | rooster | rooster | | rooster_01 gallo_di_profilo_archite_01 |
    bird | turkey | turkey | turkey | | tacchino_architetto_fran_01 |
    bird | penguin | penguin | little-penguin magellanic_penguin penguin | pengwin tux | emperor_penguin_ralf_ste_01 new_penguin_charles_mcco_01 tux_clemente_01 plush_tux_anita_01 pinguino_col_piccolo_arc_01 |
    bird | duck | duck | drake duck rubberduck | | duck_yellow_kurt_cagle_ jonathon_s_duck_01 rubber_duck1_ganson rubber_duck2_ganson |
    bird | goose | goose | gander | | |
    bird | owl | owl | owl | | gufo_civetta_architetto__01 owl_on_branch_ganson |
    bird | flamingo | flamingo | pink_flamingo | | flamand_bw_jean-victor_b_01 flamand_jean-victor_bali_01 |
    bird | peacock | peacock | peacock | | |
    bird | dove | dove | pigeon | | |
    bird | parrot | parrot | adelaide-rosella rainbow-lorikeet | | |
    bird | crow | black bird | blackbird crow | | crow_01 |
    animal | fish | fish | bluegroper coraltrout dolphinfish stripedfish | | arctic_greyling_ganson bofish_massimo_aiello_r brown_fish_01 pescetto_arancione_archi_01 | fish
    animal | tropical fish | tropical fish | butterflyfish clownfish moonwrasse lionfish | | altum_angelfish_01 clown_loach_01 giraffe_cichlid_01 yellow_gourami_01 |
    animal | lobster | lobster | lobster | | |
    animal | shrimp | shrimp | shrimp | | |
    plant | hibiscus | hibiscus | chemparathi flower2 | | |
    plant | rose | rose | rose | | pink-rose_tess_brady_01 |
    plant | flower | blossom | yellow-flower red-gazania marigold anemone_red | | daisy_jonathan_dietrich_01 funnyflower_02 red_flower_01 | flower
    plant | palm tree | palm tree | liberia-palm | | palmtree_b_r_kessels_ |
    plant | tree | deciduous tree | holm_oak birch | | tree_01 albero_architetto_france_01 arbre_modern_bw_jean-vic_01 arbre_modern_jean-victor_01 | tree
    plant | Christmas tree | Christmas tree | Christmas_Tree_photo | tree | christmas_tree_mo_01 christmas_tree_01 | christmas-tree
    plant | herb | herb | thyme lavender | | fern_mo_01 | plant
    vehicle | car | automobile, oncoming automobile | beetle sedan sportscar2 | sportscar sportscar3 | car_jamin_ellis_ dodge_neon_green_ganson dodge_neon_pink_ganson redcar_marcelo_caiafa_ skoda_car_alejandro_teja_ old_car_lumen_design_st_r | car
    vehicle | pickup truck | pickup truck | truck | | old_truck_indana_model__01 |
    vehicle | lorry | articulated lorry, delivery truck | garbagetruck | blue_truck iso_lorry1 iso_lorry2 iso_lorry3 iso_lorry4 toy_truck | big_truck_01 small_truck_steffen_gluc_01 truck_jarno_vasamaa1 truck_jarno_vasamaa_ | truck
    vehicle | fire engine | fire engine | firetruck | fire_engine iso_fireengine | fire_engine_romus_01 | firetruck
    vehicle | airplane | airplane, small airplane | 747 f22_raptor | plane | plane_in_the_sky_mo_01 airplane_nicu_buculei_01 departing_plane_01 military_airplane_mo_01 | plane
    vehicle | bus | bus, oncoming bus | green_korean_bus | double_decker_bus schoolbus iso_bus | | bus
    vehicle | racing car | racing car | indycar | f1_car | formula_one_car_gerald_g_01 |
    vehicle | sailing boat | sailboat | chineseJunk walnutBoat | sail_boat1 sail_boat2 | boat_jarno_vasamaa1 sailboat_illustration | sailboat
    instrument | trumpet | trumpet | trumpet | | trumpet_b_flat__ganson trumpet_b_flat_colour_ganso trumpet_pocket__ganson trumpet_pocket_colour_ganso |
    instrument | drum | drum, long drum | drum_tomtom_floor drumkit | | africandrum_benji_park1 africandrum_benji_park2 derbouk_jurgen_01 djambf_ganson drums_jarno_vasamaa_ |
    instrument | guitar | guitar | guitar2 guitar_classical guitar_electric guitar_electric_bass | guitar_electric_bass2 | guitar_ganson guitar_jarno_vasamaa1 guitar_jarno_vasamaa2 electric_guitar_andrea__01r bass_guitar_a_j__ashton_ |
    instrument | violin | violin | violin cello | violin2 | violin_colour_ganson violin_ganson violin_mo_01 cello_ganson |
    tool | hammer | hammer | hammer mallet_metal | hammer2 | blacksmith_hammer_ganson construction_hammer_jon__01 hammer_nicu_buculei_01 hammer_peterm1 | hammer
    tool | saw | carpentry saw | saw | | saw_peterm_ utensile_sega_architetto_01 |
    tool | wrench | wrench | wrench wrench_adjustable wrench_plumbers | | wrench_jarno_vasamaa_01 | tool
    tool | toolbox | toolbox | toolbox | | |
    tool | paintbrush | paintbrush | paintbrush_large | | paint_brush_linda_kim_01 paint_brush_costea_bogda_01 pennello_mauro_olivo_01 | brush
    tool | scissors | scissors | scissors_small_closed scissors_small_open | | scissors_forbici_franc_ | scissors
    tool | key | key, old key | key | | chiave_architetto_france_01 key_jordan_wiens_01 | key
    tool | pen | pen | pen_dryerase | ballpointpen biro | ballpoint_pen_jonathan_d_01 | ballpen
    thing | candle | candle | candle | tealight | | candle
    tool | camera | camera, camera with flash | camera_35mm | DSLR_Camera camera digitalcamera | camera_michael_tunniclif_01 macchina_fotografica_di_01 | camera
    tool | thermometer | thermometer | mercurythermometer | digitalthermometer | | thermometer
    tool | stethoscope | stethoscope | stethoscope | | | stethoscope
    tool | syringe | syringe | syringe | | siringa_architetto_franc_01 | vaccine
    thing | teapot | teapot | teapot kettle | | a_teapot_01 teapot_ganson | teapot
    thing | toilet | toilet | toilet | | |
    thing | waste bin | wastebasket | garbagecan wheelie_bin | trash_can | cestino_vuoto_architetto_01 cestino_pieno_architetto_01 | trash
    thing | post box | postbox | uk_post_box | | |
    thing | mailbox | closed mailbox with raised flag, open mailbox with raised flag | usps_mailbox | | mailbox1 mailbox2 mailbox3 | mailbox
    thing | headstone | headstone | grave-a grave-b grave-c grave-d grave-e grave-f grave-g grave-h grave-i grave-j | | | grave
    thing | teddy bear | teddy bear | edward_bear | teddy_bear | simple_teddy_bear_gerald_01 stylized_teddy_bear_gera_01 teddybear_jarno_vasamaa_ |
    thing | coin | coin | 001penny 005nickel 010dime 025quarter 100loonie 200toonie 050kennedy-halfdollar 100sacagawea 020 200 | | gold_coins_in_a_stack_jo_01 | coin
    thing | wheel | wheel | 7spoke256 wheel_tractor | tyre_with_rim bikewheel | | wheel
    thing | no-entry sign | no entry | no_entry_sign | | do_not_enter_sign_01 |
    thing | pie | pie | Mince_Pie | | pie_pumpkin pie_pumpkin_bw |
    sport | football | soccer ball | soccer | | soccer_ball_ganson soccer_ballon_tanguy_jac_ football_ball_brice_boye_01 | ball-football
    sport | basketball | basketball | basketball | | | ball-basketball
    sport | American football | american football | football | | | ball-american-football
    sport | rugby ball | rugby football | australian_rules_football | | rugby_brice_boyer_01 |
    sport | tennis | tennis | tennis_ball tennis_racket | | tennis_racket_01 | ball-tennis
    sport | trophy | trophy | trophy_cup | | | trophy
    sky | full moon | full moon | moon_full | | 05_fullmoon_openclipart_01 moon_charles_mccolm_01 |
    sky | crescent moon | crescent moon | moon_crescent | | 02_waxingcrescent_openc_01 08_waningcrescent_openc_01 | moon
    sky | ringed planet | ringed planet | 6_saturn | | saturn_dan_gerhards_01 | planet
    sky | globe | globe showing Americas, globe showing Europe-Africa, globe showing Asia-Australia | 3_earth | globe | planet_earth_dan_gerhard_01 earth_globe_dan_gerhrads_01 globe_01 | world
    sky | fire | fire | fire | | fire_valessio_soares_de_ | flame
    sky | satellite | satellite | voyager2 | satellite | | satellite
    """
}
