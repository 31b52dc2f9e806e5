/* Names for the demo's people: see demo_names.h. */
#include "command/demo_names.h"

const char *const demo_given_names[] = {
    "Amina", "Jonas", "Priya", "Mateo", "Chloe", "Kwame", "Ingrid", "Haruto", "Leila", "Oluwaseun", "Sofia", "Yusuf",
    "Mei", "Anders", "Fatima", "Diego", "Nadia", "Tomasz", "Aisha", "Liam", "Zanele", "Ravi", "Elif", "Noah",
    "Camila", "Omar", "Hanna", "Kofi", "Ximena", "Arjun", "Freya", "Malik", "Ines", "Pavel", "Thandiwe", "Ethan",
    "Shreya", "Bilal", "Maëlle", "Søren", "Lucía", "Nguyễn", "Björk", "Zoë", "José", "Ayşe", "Žofia", "Łukasz",
    "Chinwe", "Mohammed", "Grace", "Daniel", "Ruth", "Samuel", "Esther", "Peter", "Miriam", "David", "Naomi", "Adam",
    "Sara", "Ibrahim", "Maryam", "Hassan", "Layla", "Viktor", "Olga", "Dmitri", "Anya", "Marco", "Giulia", "Pierre",
    "Élodie", "Hans", "Greta", "Kenji", "Sakura", "Wei", "Jing", "Min-jun", "Ji-woo", "Tuan", "Linh", "Siti", "Budi",
    "Putu", "Tāne", "Aroha", "Manaia", "Sione", "Tala", "Rosa", "Juan", "Marisol", "Carlos", "Beatriz", "João",
    "Mariana", "Rafael", "Bruna", "明", "美咲", "سارة", "Ελένη", "Дарья",
};
const size_t demo_given_name_count = COUNT_OF(demo_given_names);

const char *const demo_family_names[] = {
    "Yusuf", "Weber", "Sharma", "Rojas", "Bennett", "Mensah", "Lindqvist", "Tanaka", "Haddad", "Adeyemi", "Petrov",
    "Khan", "Chen", "Nilsson", "Rahman", "Fernández", "Novak", "Kowalski", "Diallo", "Murphy", "Dlamini", "Patel",
    "Yılmaz", "Kim", "Silva", "Farouk", "Virtanen", "Asante", "Morales", "Reddy", "Larsen", "Okafor", "Costa",
    "Horák", "Nkosi", "Walker", "Iyer", "Hussain", "Dubois", "Jørgensen", "García", "Trần", "Guðmundsdóttir",
    "Müller", "Öztürk", "Dvořáková", "Wiśniewski", "Eze", "Ali", "Osei", "Cohen", "Abebe", "Mwangi", "Levy",
    "Papadopoulos", "Rossi", "Ferrari", "Martin", "Laurent", "Schmidt", "Fischer", "Sato", "Suzuki", "Wang", "Li",
    "Zhang", "Park", "Lee", "Nguyen", "Pham", "Rahmawati", "Wijaya", "Ngata", "Tui", "Taufa", "Smith", "Jones",
    "Brown", "Taylor", "Wilson", "Evans", "Thomas", "Roberts", "Johnson", "Hughes", "Edwards", "Hall", "Clarke",
    "Jackson", "Wood", "Santos", "Oliveira", "Pereira", "O’Connor", "O'Neill", "van den Berg", "MacDonald",
    "Ó Briain", "佐藤", "李", "حداد", "Παππά", "Иванова",
};
const size_t demo_family_name_count = COUNT_OF(demo_family_names);
